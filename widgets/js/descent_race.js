// What Python says about a race, and how the browser asks it for another.

/** One answer of Python: the state as it was sent, and the paths as arrays of one row per racer. */
class Race {
  constructor(model) {
    this.state = model.get("state");
    const R = this.state.optimisers.length;
    const columns = this.state.steps + 1;
    const paths = floats(model.get("paths"));
    const rows = (block) =>
      Array.from({ length: R }, (_, r) => paths.subarray((block * R + r) * columns, (block * R + r + 1) * columns));
    [this.x, this.y, this.loss] = [rows(0), rows(1), rows(2)];
    this.excess = this.loss.map((row) => row.map((value) => value - this.state.floor));
    this.times = Float64Array.from({ length: columns }, (_, k) => k);
    this.bands = bandsOf(model);
  }

  alive(r, step) {
    return Number.isFinite(this.x[r][step]);
  }

  inside(r, step) {
    const [[x0, x1], [y0, y1]] = [this.state.x_range, this.state.y_range];
    const [x, y] = [this.x[r][step], this.y[r][step]];
    return x >= x0 && x <= x1 && y >= y0 && y <= y1;
  }

  shown() {
    return this.state.optimisers.flatMap((name, r) => (this.state.shown.includes(name) ? [r] : []));
  }

  distance(r, step) {
    return Math.min(...this.state.targets.map(([tx, ty]) => Math.hypot(this.x[r][step] - tx, this.y[r][step] - ty)));
  }

  status(r, step) {
    const { diverged, escaped } = this.state;
    if (diverged[r] !== null && step >= diverged[r]) return `diverged at ${diverged[r]}`;
    if (escaped[r] !== null && step >= escaped[r]) return `left the map at ${escaped[r]}`;
    return "";
  }

  lossName() {
    if (this.state.floor === 0) return "loss (log scale)";
    return this.state.known_minima ? "loss above the minimum" : "loss above the lowest";
  }
}

/** A copy of a trait's bytes as float32; the view that arrives need not be aligned to four bytes. */
function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

/** The surface, unpacked once for each time it is sent, so that the backdrop sees when it has changed. */
const unpacked = new WeakMap();
function bandsOf(model) {
  const view = model.get("bands");
  if (!unpacked.has(view)) unpacked.set(view, floats(view));
  return unpacked.get(view);
}

const PATIENCE_MS = 1500;

/** Sends changes to Python, one at a time: what comes while an answer is awaited is merged and sent after it. */
class Requests {
  constructor(model, late) {
    Object.assign(this, { model, late, waiting: null, awaited: 0, sequence: 0, timer: 0 });
    this.client = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
  }

  ask(changes) {
    this.waiting = { ...this.waiting, ...changes };
    this.pump();
  }

  pump() {
    if (this.awaited || !this.waiting) return;
    this.awaited = this.sequence += 1;
    this.model.send({ kind: "set", client: this.client, sequence: this.sequence, changes: this.waiting });
    this.waiting = null;
    this.timer = setTimeout(() => this.late(true), PATIENCE_MS);
  }

  /** Take an answer; false if it is an older one of ours than the one awaited. */
  answered({ client, sequence }) {
    if (client !== this.client) return true;
    if (sequence < this.sequence) return false;
    clearTimeout(this.timer);
    this.late(false);
    this.awaited = 0;
    this.pump();
    return true;
  }

  get idle() {
    return !this.awaited && !this.waiting;
  }
}
