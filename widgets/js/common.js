// Helpers that every live widget shares. Python puts this text in front of the widget's own module,
// so both are one file and one scope, and the browser imports nothing.

// Distinguishable with every common colour blindness; a dash pattern and a marker go with each
// colour.
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const DASHES = [[], [7, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2]];

/**
 * A DOM element: attributes by name, listeners as functions by "onclick" and the like, then its
 * children.
 */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") node.toggleAttribute(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon of 12 x 12 units from one SVG path; decoration only, so the button beside it carries the
 * words.
 */
function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

const ICONS = {
  play: "M2.5 1v10l8-5z",
  pause: "M2 1h3v10H2zM7 1h3v10H7z",
  step: "M1.5 1v10l6-5zM8.5 1h2v10h-2z",
  stop: "M1.5 1.5h9v9h-9z",
  restart: "M6 1a5 5 0 1 0 5 5H9.5A3.5 3.5 0 1 1 6 2.5V5l4-3.2L6-1z",
};

/** A button with an icon and words. `relabel(icon, words)` changes both. */
function button(path, words, onclick) {
  const node = element("button", { type: "button", onclick });
  node.relabel = (nextPath, nextWords) => node.replaceChildren(icon(nextPath), nextWords);
  node.relabel(path, words);
  return node;
}

/** A checkbox and its label; `input` is the checkbox. */
function checkbox(words, checked, onchange) {
  const input = element("input", { type: "checkbox", onchange: () => onchange(input.checked) });
  input.checked = checked;
  return { root: element("label", {}, input, words), input };
}

/**
 * A labelled slider with a read-out. `format(value)` is what is shown and spoken; `oninput(value)`
 * is called while it moves. `set(value)` moves it unless the reader is holding it.
 */
function slider({ words, min, max, step, value, format = formatNumber, oninput }) {
  const input = element("input", { type: "range", min, max, step });
  const output = element("output", { class: "dl-number" });
  let heldUntil = 0;
  const show = (number) => {
    output.textContent = format(number);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    heldUntil = performance.now() + 600;
    show(input.valueAsNumber);
    oninput(input.valueAsNumber);
  });
  const set = (number) => {
    if (performance.now() < heldUntil) return;
    input.value = number;
    show(number);
  };
  set(value);
  return { root: element("label", {}, words, input, output), input, output, set };
}

/**
 * Four significant digits at most, powers of ten where that is shorter, and words for what is no
 * number.
 */
function formatNumber(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    return Number(value.toPrecision(3)).toExponential().replace("e+", "e");
  }
  return String(Number(value.toPrecision(4)));
}

/** Round numbers between lo and hi, about `count` of them. */
function linearTicks(lo, hi, count) {
  const rough = (hi - lo) / Math.max(1, count);
  if (!(rough > 0)) return [lo];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  const last = Math.floor(hi / step + 1e-9);
  for (let k = Math.ceil(lo / step - 1e-9); k <= last; k += 1) ticks.push(k * step + 0); // + 0 makes 0 of -0
  return ticks;
}

/**
 * Powers of ten between lo and hi (both positive), thinned to `count`; with 2 and 5 between them if
 * there are few.
 */
function logTicks(lo, hi, count) {
  const first = Math.floor(Math.log10(lo));
  const last = Math.ceil(Math.log10(hi));
  const stride = Math.max(1, Math.ceil((last - first) / Math.max(1, count)));
  const inside = (tick) => tick >= lo * (1 - 1e-9) && tick <= hi * (1 + 1e-9);
  const ticks = [];
  for (let power = first; power <= last; power += stride) ticks.push(Number(`1e${power}`));
  if (ticks.filter(inside).length >= 2) return ticks.filter(inside);
  const finer = ticks.flatMap((tick) => [tick, 2 * tick, 5 * tick]).filter(inside);
  return finer.length >= 2 ? finer : linearTicks(lo, hi, count).filter((tick) => tick > 0);
}

/**
 * The colours of the page as they are now: { dark, ink, muted, paper, raised, line, grid, focus,
 * colours }.
 */
function readTheme(root) {
  const style = getComputedStyle(root);
  const colour = (name) => style.getPropertyValue(`--dl-${name}`).trim();
  const theme = {};
  const names = ["ink", "muted", "paper", "raised", "line", "grid", "focus"];
  for (const name of names) theme[name] = colour(name);
  theme.font = style.fontFamily;
  theme.dark = luminance(theme.paper) < 0.4;
  theme.colours = PALETTE.map((value) => (theme.dark ? mix(value, "#ffffff", 0.25) : value));
  return theme;
}

/** [red, green, blue] from 0 to 255 of any CSS colour: the browser itself converts it. */
function channels(colour) {
  const pixel = () => element("canvas", { width: 1, height: 1 });
  const context = (channels.context ??= pixel().getContext("2d", { willReadFrequently: true }));
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function luminance(colour) {
  const [red, green, blue] = channels(colour);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** `share` of the second colour mixed into the first. */
function mix(first, second, share) {
  const other = channels(second);
  const mixed = channels(first).map((value, k) => Math.round(value + (other[k] - value) * share));
  return `rgb(${mixed.join(", ")})`;
}

/**
 * A canvas that fills `stage` and stays sharp: `draw(context, width, height, theme)` is called in
 * CSS pixels at the next frame after `redraw()`, a resize, or a change of the theme, and never
 * while it has no size.
 */
function sharpCanvas(stage, attributes, draw) {
  const canvas = element("canvas", attributes);
  stage.append(canvas);
  const context = canvas.getContext("2d");
  let theme = null;
  let frame = 0;
  const paint = () => {
    frame = 0;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== columns || canvas.height !== rows) {
      Object.assign(canvas, { width: columns, height: rows });
    }
    theme ??= readTheme(stage);
    context.setTransform(columns / width, 0, 0, rows / height, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, width, height, theme);
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const rethemed = () => {
    theme = null;
    redraw();
  };
  const resizes = new ResizeObserver(redraw);
  resizes.observe(stage);
  // JupyterLab changes these attributes of <body>, then loads the theme's style sheet: look again a
  // little later.
  const rethemedSoon = () => [0, 150, 600].forEach((delay) => setTimeout(rethemed, delay));
  const themes = new MutationObserver(rethemedSoon);
  themes.observe(document.body, { attributeFilter: ["data-jp-theme-name", "class"] });
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", rethemed);
  const dispose = () => {
    cancelAnimationFrame(frame);
    resizes.disconnect();
    themes.disconnect();
    scheme.removeEventListener("change", rethemed);
  };
  return { canvas, redraw, dispose };
}

/**
 * Keys pressed inside the widget stay there; otherwise JupyterLab moves between cells or starts
 * commands.
 */
function keepKeys(root) {
  root.addEventListener("keydown", (event) => event.stopPropagation());
  // JupyterLab drops a class into command mode unless focus is inside an editor or an element
  // marked so.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
}

/**
 * A line for screen readers only. `say(text)` waits for a pause, so that a quick change is spoken
 * once.
 */
function announcer(root) {
  const line = element("p", { class: "dl-spoken", role: "status", "aria-live": "polite" });
  root.append(line);
  let timer = 0;
  const say = (text, delay = 400) => {
    clearTimeout(timer);
    timer = setTimeout(() => line.textContent !== text && (line.textContent = text), delay);
  };
  return { line, say, dispose: () => clearTimeout(timer) };
}

/** `action(value)` at most once in `ms`, and once more with the last value. */
function limited(ms, action) {
  let timer = 0;
  let latest;
  let next = 0;
  return (value) => {
    latest = value;
    if (timer) return;
    const fire = () => {
      timer = 0;
      next = performance.now() + ms;
      action(latest);
    };
    timer = setTimeout(fire, Math.max(0, next - performance.now()));
  };
}
