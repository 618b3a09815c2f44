// A line plot on a canvas: scales, axes, lines of any length, markers.

/** A mapping from [lo, hi] to [start, end] in pixels, linear or logarithmic; `invert` goes back. */
function makeScale(lo, hi, start, end, log) {
  const forward = log ? Math.log10 : (value) => value;
  const backward = log ? (value) => 10 ** value : (value) => value;
  const [a, b] = [forward(lo), forward(hi)];
  const slope = (end - start) / (b - a || 1);
  const scale = (value) => start + (forward(value) - a) * slope;
  scale.invert = (pixel) => backward(a + (pixel - start) / slope);
  scale.shows = (value) => Number.isFinite(value) && (!log || value > 0);
  scale.ticks = (count) => (log ? logTicks(lo, hi, count) : linearTicks(lo, hi, count));
  return Object.assign(scale, { lo, hi, start, end, log });
}

/**
 * The range of what an axis can show among many [values, length] columns, with a little air; null
 * if there is none.
 */
function rangeOf(columns, log) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const [values, length] of columns) {
    for (let k = 0; k < length; k += 1) {
      const value = values[k];
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    }
  }
  if (lo > hi) return null;
  if (log) {
    const air = Math.max((hi / lo) ** 0.04, 1.05);
    return [lo / air, hi * air];
  }
  if (lo >= 0 && lo < 0.4 * hi) return [0, hi * 1.04];
  const air = (hi - lo) * 0.05 || Math.abs(hi) * 0.05 || 1;
  return [lo - air, hi + air];
}

/** Grid, tick labels and names of both axes. */
function drawAxes(context, x, y, theme, names) {
  context.font = `12px ${theme.font}`;
  context.lineWidth = 1;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.grid;
  const crisp = (value) => Math.round(value) + 0.5;
  const line = (...points) => {
    context.beginPath();
    points.forEach(([px, py]) => context.lineTo(crisp(px), crisp(py)));
    context.stroke();
  };
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of y.ticks(y.log ? 7 : 5)) {
    line([x.start, y(tick)], [x.end, y(tick)]);
    context.fillText(formatNumber(tick), x.start - 7, y(tick));
  }
  context.textBaseline = "top";
  for (const tick of x.ticks(Math.max(2, Math.floor((x.end - x.start) / 90)))) {
    line([x(tick), y.end], [x(tick), y.start]);
    const label = tick.toLocaleString("en");
    const half = context.measureText(label).width / 2;
    context.textAlign = "center";
    context.fillText(label, Math.min(x(tick), x.end + 14 - half), y.start + 6);
  }
  context.strokeStyle = theme.line;
  line([x.start, y.end], [x.start, y.start], [x.end, y.start]);
  context.fillText(names.x, (x.start + x.end) / 2, y.start + 22);
  context.save();
  context.translate(12, (y.start + y.end) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(names.y, 0, -5);
  context.restore();
}

/**
 * One line through `length` points. Where several points share a pixel column only the first, the
 * lowest, the highest and the last are drawn, so a line of 100,000 points looks the same and costs
 * one pass over them.
 */
function drawLine(context, steps, values, length, x, y) {
  let [column, count, first, low, high, last, at] = [null, 0, 0, 0, 0, 0, 0];
  let pen = false;
  const draw = (px, value) => {
    if (pen) context.lineTo(px, y(value));
    else context.moveTo(px, y(value));
    pen = true;
  };
  const finishColumn = () => {
    if (count === 0) return;
    draw(at, first);
    if (count > 1) [low, high, last].forEach((value) => draw(at, value));
    count = 0;
  };
  context.beginPath();
  for (let k = 0; k < length; k += 1) {
    const value = values[k];
    const px = x(steps[k]);
    if (!y.shows(value) || !Number.isFinite(px)) {
      finishColumn();
      pen = false;
      continue;
    }
    if (count > 0 && Math.floor(px) === column) {
      if (value < low) low = value;
      if (value > high) high = value;
      last = value;
      count += 1;
      continue;
    }
    finishColumn();
    [column, at, count] = [Math.floor(px), px, 1];
    first = low = high = last = value;
  }
  finishColumn();
  context.stroke();
}

/**
 * Markers at the points, no closer to each other than `spacing` pixels; `kind` chooses one of four
 * shapes.
 */
function drawMarkers(context, steps, values, length, x, y, kind, spacing, filled) {
  let previous = -Infinity;
  for (let k = 0; k < length; k += 1) {
    const px = x(steps[k]);
    if (px - previous < spacing || !y.shows(values[k])) continue;
    previous = px;
    marker(context, px, y(values[k]), kind, 4, filled);
  }
}

/** One marker: circle, square, triangle or diamond. */
function marker(context, px, py, kind, size, filled) {
  context.beginPath();
  if (kind % 4 === 0) context.arc(px, py, size, 0, 2 * Math.PI);
  else if (kind % 4 === 1) context.rect(px - size * 0.9, py - size * 0.9, size * 1.8, size * 1.8);
  else {
    const triangle = [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]];
    const diamond = [[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]];
    const corners = kind % 4 === 2 ? triangle : diamond;
    corners.forEach(([dx, dy]) => context.lineTo(px + dx * size, py + dy * size));
    context.closePath();
  }
  context.fill();
  if (!filled) context.stroke();
}

/** A cross where a value is not finite, at the top of the plot. */
function drawCross(context, px, py, size = 5) {
  context.beginPath();
  for (const slope of [-1, 1]) {
    context.moveTo(px - size, py - slope * size);
    context.lineTo(px + size, py + slope * size);
  }
  context.stroke();
}

/** The place of a short piece of a run's line with its marker, as in the legend. */
function sampleCanvas(width) {
  const canvas = element("canvas", { width: width * 2, height: 24, "aria-hidden": "true" });
  Object.assign(canvas.style, { width: `${width}px`, height: "12px", verticalAlign: "-1px" });
  return canvas;
}

function paintSample(canvas, index, theme) {
  const context = canvas.getContext("2d");
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = theme.colours[index % PALETTE.length];
  context.fillStyle = theme.paper;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(0, 6);
  context.lineTo(canvas.width / 2, 6);
  context.stroke();
  marker(context, canvas.width / 4, 6, index, 3.4, false);
  return canvas;
}
