// The way in where a control token is asked for.
import { post } from "../lib/api.js";
import { byId } from "../lib/dom.js";

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const message = byId("message");
  try {
    await post("sign-in", { token: byId("token").value });
    const next = new URLSearchParams(location.search).get("next") ?? "";
    location.href = /^\/_mock\/(ui\/[a-z0-9/-]*)?$/i.test(next) ? next : "/_mock/";
  } catch (error) {
    message.textContent = error.message;
    message.hidden = false;
  }
});
