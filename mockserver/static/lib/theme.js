// Before anything is painted: light or dark, as the page asks for, as was chosen here, or as the system has it.
// A classic script, so that it runs while the page is still being read.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const fixed = root.dataset.fixedTheme;
  function chosen() {
    if (fixed) return fixed;
    try {
      return localStorage.getItem("theme") ?? "system";
    } catch {
      return "system";
    }
  }
  function apply() {
    const wanted = chosen();
    root.dataset.theme = wanted === "system" ? (system.matches ? "dark" : "light") : wanted;
    document.dispatchEvent(new Event("themechange"));
  }
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("choosetheme", apply);
})();
