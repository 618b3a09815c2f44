// The browser's copy of the record: growing columns that are filled by chunks from Python.

/** Losses against steps. `length` points are valid in `step` and `loss`. */
class Series {
  constructor() {
    this.length = 0;
    this.step = new Float64Array(256);
    this.loss = new Float64Array(256);
    this.average = { smoothing: 0, length: 0, sum: 0, weight: 0, values: this.loss };
  }

  /**
   * Write points at number `from` on. False if points before them are missing, and nothing is
   * written.
   */
  write(from, steps, losses) {
    if (from > this.length) return false;
    const end = from + steps.length;
    if (end > this.step.length) {
      for (const name of ["step", "loss"]) {
        const larger = new Float64Array(2 * end);
        larger.set(this[name].subarray(0, this.length));
        this[name] = larger;
      }
      this.average.length = 0;
    }
    this.step.set(steps, from);
    this.loss.set(losses, from);
    this.length = Math.max(this.length, end);
    if (from < this.average.length) this.average.length = 0;
    return true;
  }

  /**
   * Exponential moving average with the bias of its start removed; `smoothing` is the weight of the
   * past. A loss that is not finite stays as it is and leaves the average alone. Only new points
   * are computed.
   */
  smoothed(smoothing) {
    if (smoothing === 0) return this.loss;
    let cache = this.average;
    if (cache.smoothing !== smoothing || cache.length === 0) {
      const values = new Float64Array(this.loss.length);
      cache = { smoothing, length: 0, sum: 0, weight: 0, values };
      this.average = cache;
    }
    for (; cache.length < this.length; cache.length += 1) {
      const loss = this.loss[cache.length];
      if (Number.isFinite(loss)) {
        cache.sum = smoothing * cache.sum + (1 - smoothing) * loss;
        cache.weight = smoothing * cache.weight + (1 - smoothing);
      }
      cache.values[cache.length] = Number.isFinite(loss) ? cache.sum / cache.weight : loss;
    }
    return cache.values;
  }

  /** The number of the point whose step is nearest; -1 if there is none. */
  nearest(step) {
    let [low, high] = [0, this.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.step[middle] < step) low = middle + 1;
      else high = middle;
    }
    return low > 0 && step - this.step[low - 1] < this.step[low] - step ? low - 1 : high;
  }

  /** The last loss, or NaN. */
  get lastLoss() {
    return this.length ? this.loss[this.length - 1] : NaN;
  }

  /** The last step, or 0. */
  get lastStep() {
    return this.length ? this.step[this.length - 1] : 0;
  }
}

/** All runs of one widget, shared by its views. */
class Record {
  constructor() {
    this.runs = [];
  }

  /**
   * Take in one message from Python. False if points are missing between what is here and what
   * came.
   */
  receive(message, buffers) {
    while (this.runs.length <= message.run) {
      this.runs.push({ train: new Series(), validation: new Series() });
    }
    const run = this.runs[message.run];
    // A copy, since a buffer inside a message need not lie at a multiple of eight bytes.
    const numbers = buffers.map(({ buffer, byteOffset, byteLength }) => {
      return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
    });
    const complete = run.train.write(message.train.from, numbers[0], numbers[1]);
    return run.validation.write(message.validation.from, numbers[2], numbers[3]) && complete;
  }

  /** How many points are here, run by run: what to tell Python when asking for the rest. */
  lengths() {
    return this.runs.map((run) => [run.train.length, run.validation.length]);
  }
}
