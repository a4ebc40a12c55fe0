// Where the tiles of a dashboard go.

/** Each tile with its place: by its own layout, or below the others, two in a row. */
export function placed(tiles) {
  const free = tiles.reduce((lowest, tile) => Math.max(lowest, tile.layouts?.sm ? tile.layouts.sm.y + tile.layouts.sm.h : 0), 0);
  let next = 0;
  return tiles
    .map((tile) => {
      const own = tile.layouts?.sm;
      if (own) return { tile, x: own.x, y: own.y, w: own.w, h: own.h };
      const place = { tile, x: (next % 2) * 6, y: free + Math.floor(next / 2) * 5, w: 6, h: 5 };
      next += 1;
      return place;
    })
    .toSorted((one, other) => one.y - other.y || one.x - other.x);
}

/** A place as the style's variables; grids count from one. */
export const placeVars = ({ x, y, w, h }) => ({ x: x + 1, y: y + 1, w, h });
