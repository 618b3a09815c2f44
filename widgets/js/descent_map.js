// What the descent explorer draws: the loss surface as a map with the paths on it, and the loss against the step.

const FRAME = { left: 46, right: 12, top: 8, bottom: 34 };
const PLOT = { left: 80, right: 14, top: 10, bottom: 38 };
const EVERY = 10; // steps between the markers on a path

/** The scales of the map in a canvas of this size; y grows upwards. */
function mapScales(state, width, height) {
  const x = makeScale(...state.x_range, FRAME.left, width - FRAME.right, false);
  const y = makeScale(...state.y_range, height - FRAME.bottom, FRAME.top, false);
  return { x, y };
}

/** Colours of the bands from the valleys to the heights, and of the lines between them, as [red, green, blue]. */
function bandColours(levels, theme) {
  const high = theme.dark ? mix(theme.paper, "#a9bdd1", 0.4) : mix(theme.paper, "#4a6076", 0.5);
  const bands = Array.from({ length: levels + 2 }, (_, k) => channels(mix(theme.paper, high, k / (levels + 1))));
  return { bands, line: channels(mix(high, theme.dark ? "#a9bdd1" : "#33475b", 0.3)) };
}

/**
 * The map as an image of columns x rows pixels: flat bands, and a line where the band changes. `bands` holds n x n
 * values, row 0 at the bottom. The line is as wide as the distance to the level in pixels says, so it is smooth.
 */
function paintBands(bands, n, levels, columns, rows, lineWidth, theme) {
  const image = new ImageData(columns, rows);
  const colours = bandColours(levels, theme);
  const pixels = image.data;
  const [stepX, stepY] = [(n - 1) / columns, (n - 1) / rows];
  for (let row = 0; row < rows; row += 1) {
    const v = (rows - 0.5 - row) * stepY;
    const j = Math.min(Math.floor(v), n - 2);
    const t = v - j;
    for (let column = 0; column < columns; column += 1) {
      const u = (column + 0.5) * stepX;
      const i = Math.min(Math.floor(u), n - 2);
      const s = u - i;
      const at = j * n + i;
      const [low, right, up, far] = [bands[at], bands[at + 1], bands[at + n], bands[at + n + 1]];
      const bottom = low + s * (right - low);
      const top = up + s * (far - up);
      const value = bottom + t * (top - bottom);
      const slopeX = ((1 - t) * (right - low) + t * (far - up)) * stepX;
      const slope = Math.hypot(slopeX, (top - bottom) * stepY) || 1e-9;
      const level = Math.min(Math.max(Math.round(value), 1), levels);
      const ink = Math.min(Math.max(0.5 + lineWidth / 2 - Math.abs(value - level) / slope, 0), 1);
      const fill = colours.bands[Math.min(Math.floor(value), levels + 1)];
      const p = 4 * (row * columns + column);
      for (let channel = 0; channel < 3; channel += 1)
        pixels[p + channel] = fill[channel] + ink * (colours.line[channel] - fill[channel]);
      pixels[p + 3] = 255;
    }
  }
  return image;
}

/** The marker of racer `kind`: a circle, square, triangle, diamond, plus or cross. */
function racerMarker(context, px, py, kind, size) {
  if (kind < 4) return marker(context, px, py, kind, size, true);
  const [arm, half] = [size * 1.15, size * 0.38];
  context.save();
  context.translate(px, py);
  if (kind === 5) context.rotate(Math.PI / 4);
  context.fillRect(-arm, -half, 2 * arm, 2 * half);
  context.fillRect(-half, -arm, 2 * half, 2 * arm);
  context.restore();
}

/** Keeps the painted surface until the surface, the size or the theme changes. */
class Backdrop {
  constructor() {
    this.canvas = element("canvas");
    this.key = null;
  }

  draw(context, race, x, y, theme) {
    const ratio = window.devicePixelRatio || 1;
    const [columns, rows] = [Math.round((x.end - x.start) * ratio), Math.round((y.start - y.end) * ratio)];
    if (columns < 2 || rows < 2) return;
    const key = [columns, rows, theme.paper, theme.ink];
    if (this.bands !== race.bands || String(key) !== String(this.key)) {
      Object.assign(this.canvas, { width: columns, height: rows });
      const levels = race.state.levels.length;
      const image = paintBands(race.bands, Math.sqrt(race.bands.length), levels, columns, rows, 0.7 * ratio, theme);
      this.canvas.getContext("2d").putImageData(image, 0, 0);
      Object.assign(this, { bands: race.bands, key });
    }
    context.drawImage(this.canvas, x.start, y.end, x.end - x.start, y.start - y.end);
  }
}

/** Draw the map with every shown racer up to `step`, and the start at `start`. */
function drawMap(context, width, height, theme, race, step, start, backdrop) {
  const { state } = race;
  const { x, y } = mapScales(state, width, height);
  drawTicks(context, x, y, theme);
  backdrop.draw(context, race, x, y, theme);
  context.save();
  context.beginPath();
  context.rect(x.start, y.end, x.end - x.start, y.start - y.end);
  context.clip();
  context.lineJoin = "round";
  const shown = race.shown();
  for (const r of shown) drawPath(context, race, r, step, x, y, theme);
  if (state.known_minima) for (const [tx, ty] of state.targets) drawStar(context, x(tx), y(ty), theme);
  for (const r of shown) drawHead(context, race, r, step, x, y, theme);
  drawStart(context, x(start[0]), y(start[1]), theme);
  context.restore();
}

function drawPath(context, race, r, step, x, y, theme) {
  context.beginPath();
  for (let k = 0; k <= step && race.alive(r, k); k += 1) context.lineTo(x(race.x[r][k]), y(race.y[r][k]));
  context.setLineDash([]);
  context.lineWidth = 4.5;
  context.globalAlpha = 0.55;
  context.strokeStyle = theme.paper;
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = theme.colours[r];
  context.setLineDash(DASHES[r]);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = theme.colours[r];
  for (let k = EVERY; k < step && race.alive(r, k); k += EVERY)
    racerMarker(context, x(race.x[r][k]), y(race.y[r][k]), r, 3);
}

/** Where a racer is at `step`: on the edge where it left the map, and a cross there if it was lost. */
function drawHead(context, race, r, step, x, y, theme) {
  let last = step;
  while (last > 0 && !race.inside(r, last)) last -= 1;
  let [px, py] = [x(race.x[r][last]), y(race.y[r][last])];
  if (last < step && race.alive(r, last + 1)) {
    const [dx, dy] = [x(race.x[r][last + 1]) - px, y(race.y[r][last + 1]) - py];
    const share = Math.min(roomFor(px, dx, x.start, x.end), roomFor(py, dy, y.end, y.start), 1);
    [px, py] = [px + share * dx, py + share * dy];
  }
  px = Math.min(Math.max(px, x.start + 8), x.end - 8);
  py = Math.min(Math.max(py, y.end + 8), y.start - 8);
  if (race.alive(r, step)) {
    context.fillStyle = theme.paper;
    racerMarker(context, px, py, r, 7.5);
    context.fillStyle = theme.colours[r];
    racerMarker(context, px, py, r, 5.5);
    return;
  }
  for (const [colour, width] of [[theme.paper, 6], [theme.colours[r], 3]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    drawCross(context, px, py, 6);
  }
}

/** The share of a move by `delta` from `from` that stays between low and high. */
function roomFor(from, delta, low, high) {
  if (delta === 0) return Infinity;
  return ((delta > 0 ? high : low) - from) / delta;
}

/** Numbers along the left and the lower edge. */
function drawTicks(context, x, y, theme) {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  // Adding 0 turns -0 into 0.
  const ticks = (scale) => linearTicks(scale.lo, scale.hi, 7).map((tick) => [scale(tick), formatNumber(tick + 0)]);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [px, label] of ticks(x)) context.fillText(label, px, y.start + 7);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [py, label] of ticks(y)) context.fillText(label, x.start - 7, py);
}

function drawStart(context, px, py, theme) {
  for (const [colour, width] of [[theme.paper, 5], [theme.ink, 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(px, py, 9, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawStar(context, px, py, theme) {
  context.beginPath();
  for (let k = 0; k < 10; k += 1) {
    const [angle, radius] = [(k * Math.PI) / 5 - Math.PI / 2, k % 2 ? 3.2 : 8];
    context.lineTo(px + radius * Math.cos(angle), py + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = theme.ink;
  context.fill();
}

/** The scales of the loss chart: the loss above its lowest value, logarithmic over at most ten powers of ten. */
function lossScales(race, width, height) {
  const first = race.loss[0][0] - race.state.floor;
  const values = race.shown().map((r) => [race.excess[r], race.excess[r].length]);
  let [lo, hi] = rangeOf(values, true) ?? [0.1, 1];
  if (first > 0) [lo, hi] = [Math.max(lo, first * 1e-9), Math.min(hi, first * 100)];
  const x = makeScale(0, race.state.steps, PLOT.left, width - PLOT.right, false);
  const y = makeScale(lo, Math.max(hi, lo * 10), height - PLOT.bottom, PLOT.top, true);
  return { x, y };
}

/** Draw the loss of every shown racer: solid up to `step`, faint beyond. */
function drawLosses(context, width, height, theme, race, step) {
  const { x, y } = lossScales(race, width, height);
  drawAxes(context, x, y, theme, { x: "step", y: race.lossName() });
  context.save();
  context.beginPath();
  context.rect(x.start, y.end - 4, x.end - x.start + 8, y.start - y.end + 4);
  context.clip();
  context.lineJoin = "round";
  const clamped = (r) => race.excess[r].map((value) => Math.max(value, y.lo));
  for (const r of race.shown()) {
    const values = clamped(r);
    context.strokeStyle = theme.colours[r];
    context.setLineDash(DASHES[r]);
    context.lineWidth = 1.8;
    context.globalAlpha = 0.25;
    drawLine(context, race.times, values, values.length, x, y);
    context.globalAlpha = 1;
    drawLine(context, race.times, values, step + 1, x, y);
    context.setLineDash([]);
    if (race.alive(r, step)) {
      context.fillStyle = theme.colours[r];
      racerMarker(context, x(step), Math.max(y(values[step]), y.end), r, 4.5);
    }
  }
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(step), y.end);
  context.lineTo(x(step), y.start);
  context.stroke();
  context.restore();
}
