// The descent explorer: a start to drag on a loss surface, and the controls and the table of the race from there.

const PACE = 20; // steps a second at speed 1
const BUSY = "No answer from Python yet: it is busy, or its kernel has ended. What you see is its last answer.";

export default { render: ({ model, el }) => new Explorer(model, el).mounted() };

class Explorer {
  constructor(model, el) {
    Object.assign(this, { model, el, frame: 0, paints: 0, elapsed: 0 });
    this.race = new Race(model);
    this.step = this.race.state.steps;
    this.start = this.race.state.start;
    this.backdrop = new Backdrop();
    this.requests = new Requests(model, (late) => (this.notice.hidden = !late));
    this.root = element("div", { class: "dl-widget dl-descent", role: "group", "aria-label": "Descent explorer" });
    this.notice = element("p", { class: "dl-notice", role: "status", hidden: true }, BUSY);
    this.summary = element("p", { class: "dl-muted dl-summary" });
    this.buildControls();
    this.buildStages();
    this.buildTable();
    this.layOut();
    keepKeys(this.root);
    this.voice = announcer(this.root);
  }

  /** Show it, listen to Python, and return what takes it down again. */
  mounted() {
    const answered = () => this.answered();
    const failed = (message) => message.kind === "error" && this.failed(message);
    this.model.on("change:state", answered);
    this.model.on("msg:custom", failed);
    this.el.append(this.root);
    this.update();
    return () => {
      this.pause();
      this.model.off("change:state", answered);
      this.model.off("msg:custom", failed);
      [this.map, this.chart, this.voice].forEach((part) => part.dispose());
    };
  }

  buildControls() {
    const { state } = this.race;
    this.choice = element("select", {
      "aria-label": "Surface",
      onchange: () => this.change({ surface: this.choice.value }),
    });
    for (const [name, words] of Object.entries(state.surfaces))
      this.choice.append(element("option", { value: name }, words));
    this.play = button(ICONS.play, "Play", () => (this.frame ? this.pause() : this.run()));
    this.forward = button(ICONS.step, "Step", () => this.goTo(this.step < state.steps ? this.step + 1 : 0));
    this.restart = button(ICONS.restart, "Restart", () => this.goTo(0));
    this.speed = element("select", { "aria-label": "Speed" });
    this.speed.append(...[0.25, 0.5, 1, 2, 4].map((factor) => element("option", { value: factor }, `${factor}×`)));
    this.speed.value = 1;
    this.timeline = slider({
      words: "Step",
      min: 0,
      max: state.steps,
      step: 1,
      value: this.step,
      format: (step) => `${step} of ${state.steps}`,
      oninput: (step) => this.goTo(step),
    });
    this.rate = slider({
      words: "Learning rate",
      min: -6,
      max: 2,
      step: 0.01,
      value: Math.log10(state.learning_rate),
      format: (power) => formatNumber(powerOfTen(power)),
      oninput: (power) => this.change({ learning_rate: powerOfTen(power) }),
    });
    this.momentum = slider({
      words: "Momentum",
      min: 0,
      max: 0.99,
      step: 0.01,
      value: state.momentum,
      format: (value) => value.toFixed(2),
      oninput: (value) => this.change({ momentum: value }),
    });
  }

  buildStages() {
    const mapStage = element("div", { class: "dl-stage dl-map" });
    const attributes = {
      tabindex: "0",
      role: "application",
      "aria-label": "Loss surface. Drag the start, or move it with the arrow keys; space plays and pauses.",
      onpointerdown: (event) => this.grab(event),
      onpointermove: (event) => event.currentTarget.hasPointerCapture(event.pointerId) && this.drag(event),
      onkeydown: (event) => this.key(event),
    };
    this.map = sharpCanvas(mapStage, attributes, (context, width, height, theme) => {
      drawMap(context, width, height, theme, this.race, this.step, this.start, this.backdrop);
      this.root.dataset.painted = this.paints += 1;
    });
    const chartStage = element("div", { class: "dl-stage dl-chart" });
    const scrub = (event) => {
      const { x } = lossScales(this.race, this.chart.canvas.clientWidth, this.chart.canvas.clientHeight);
      this.goTo(Math.min(Math.max(Math.round(x.invert(event.offsetX)), 0), this.race.state.steps));
    };
    const chart = {
      role: "img",
      "aria-label": "Loss of each optimiser against the step; the table has the numbers.",
      onpointerdown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      },
      onpointermove: (event) => event.currentTarget.hasPointerCapture(event.pointerId) && scrub(event),
    };
    this.chart = sharpCanvas(chartStage, chart, (context, width, height, theme) => {
      drawLosses(context, width, height, theme, this.race, this.step);
      if (this.theme === theme) return;
      this.theme = theme;
      this.rows.forEach(({ line }, r) => paintRacer(line, r, theme));
    });
    Object.assign(this, { mapStage, chartStage });
  }

  buildTable() {
    const { optimisers, known_minima: known } = this.race.state;
    this.rows = optimisers.map((name, r) => {
      const line = element("canvas", { class: "dl-sample", "aria-hidden": "true" });
      const words = element("span", { class: "dl-name" }, name);
      const toggle = element("button", { type: "button", onclick: () => this.toggle(name) }, line, words);
      const [loss, distance, note] = ["dl-number", "dl-number", "dl-muted"].map((style) => element("td", { class: style }));
      const row = element("tr", { "data-optimiser": name }, element("th", { scope: "row" }, toggle), loss, distance, note);
      return { row, line, toggle, loss, distance, note };
    });
    this.away = element("th", { scope: "col" });
    const heads = ["Optimiser", "Loss"].map((words) => element("th", { scope: "col" }, words));
    this.table = element(
      "table",
      {},
      element("caption", { class: "dl-spoken" }, "The race at the step that is shown"),
      element("thead", {}, element("tr", {}, ...heads, this.away, element("th", { scope: "col" }, "Remark"))),
      element("tbody", {}, ...this.rows.map(({ row }) => row)),
    );
  }

  layOut() {
    const buttons = element("span", { class: "dl-group" }, this.play, this.forward, this.restart, this.speed);
    const playback = element("div", { class: "dl-row", role: "group", "aria-label": "Playback" }, buttons, this.timeline.root);
    const settings = element("div", { class: "dl-row", role: "group", "aria-label": "Settings" }, this.rate.root, this.momentum.root);
    if (Object.keys(this.race.state.surfaces).length > 1) settings.prepend(this.choice);
    const side = element("div", { class: "dl-side" }, this.chartStage, this.table);
    this.root.append(settings, playback, this.notice, element("div", { class: "dl-panes" }, this.mapStage, side), this.summary);
  }

  // Talking with Python

  change(changes) {
    this.requests.ask(changes);
    this.update();
  }

  answered() {
    if (!this.requests.answered(this.model.get("state"))) return;
    this.race = new Race(this.model);
    // While more changes are on their way the start stays where the reader has put it.
    if (this.requests.idle) this.start = this.race.state.start;
    this.voice.say(this.race.state.summary, 900);
    this.update();
  }

  failed(message) {
    if (!this.requests.answered(message)) return;
    this.notice.textContent = message.text;
    this.notice.hidden = false;
    this.start = this.race.state.start;
    this.update();
  }

  toggle(name) {
    const { optimisers, shown } = this.race.state;
    const next = optimisers.filter((other) => shown.includes(other) !== (other === name));
    this.race.state = { ...this.race.state, shown: next };
    this.change({ shown: next });
  }

  // Moving the start

  grab(event) {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus({ preventScroll: true });
    event.preventDefault();
    this.drag(event);
  }

  drag(event) {
    const { clientWidth, clientHeight } = this.map.canvas;
    const { x, y } = mapScales(this.race.state, clientWidth, clientHeight);
    this.moveTo(x.invert(event.offsetX), y.invert(event.offsetY));
  }

  moveTo(x, y) {
    const { x_range: xs, y_range: ys } = this.race.state;
    this.start = [within(x, xs), within(y, ys)];
    this.change({ start: this.start });
  }

  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.key === " ") this.play.click();
    else if (direction) {
      const share = event.shiftKey ? 0.1 : 0.02;
      const { x_range: xs, y_range: ys } = this.race.state;
      const [dx, dy] = [direction[0] * share * (xs[1] - xs[0]), direction[1] * share * (ys[1] - ys[0])];
      this.moveTo(this.start[0] + dx, this.start[1] + dy);
    } else return;
    event.preventDefault();
  }

  // Playing

  run() {
    if (this.step >= this.race.state.steps) this.step = 0;
    this.position = this.step;
    let before = performance.now();
    const advance = (now) => {
      this.position += ((now - before) / 1000) * PACE * Number(this.speed.value);
      before = now;
      this.step = Math.min(Math.floor(this.position), this.race.state.steps);
      this.frame = this.step < this.race.state.steps ? requestAnimationFrame(advance) : 0;
      this.update();
    };
    this.frame = requestAnimationFrame(advance);
    this.update();
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.update();
  }

  goTo(step) {
    this.step = step;
    this.pause();
  }

  /** Bring everything on the page up to the race, the step and the start as they are. */
  update() {
    const { race, step } = this;
    const { state } = race;
    this.choice.value = state.surface;
    this.play.relabel(...(this.frame ? [ICONS.pause, "Pause"] : [ICONS.play, "Play"]));
    this.timeline.set(step);
    [this.rate.input.min, this.rate.input.max] = state.rates.map((rate) => Math.log10(rate));
    if (this.requests.idle) {
      this.rate.set(Math.log10(state.learning_rate));
      this.momentum.set(state.momentum);
    }
    this.away.textContent = state.known_minima ? "To minimum" : "To lowest";
    this.rows.forEach(({ row, toggle, loss, distance, note }, r) => {
      const shown = state.shown.includes(state.optimisers[r]);
      const alive = race.alive(r, step);
      toggle.setAttribute("aria-pressed", shown);
      loss.textContent = shown && alive ? formatNumber(race.loss[r][step]) : "–";
      distance.textContent = shown && alive ? formatNumber(race.distance(r, step)) : "–";
      note.textContent = shown ? race.status(r, step) : "hidden";
      row.dataset.loss = race.loss[r][step];
    });
    this.summary.textContent = state.summary;
    Object.assign(this.root.dataset, {
      step,
      playing: this.frame !== 0,
      pending: !this.requests.idle,
      start: this.start.join(","),
      surface: state.surface,
      learningRate: state.learning_rate,
      momentum: state.momentum,
    });
    this.map.redraw();
    this.chart.redraw();
  }
}

const within = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** Three digits of a rate are enough to say and to read again. */
const powerOfTen = (power) => Number((10 ** power).toPrecision(3));

/** Paint the line and marker of racer r, for its button in the table. */
function paintRacer(canvas, r, theme) {
  Object.assign(canvas, { width: 68, height: 24 });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.strokeStyle = context.fillStyle = theme.colours[r];
  context.lineWidth = 2;
  context.setLineDash(DASHES[r]);
  context.beginPath();
  context.moveTo(0, 6);
  context.lineTo(34, 6);
  context.stroke();
  racerMarker(context, 17, 6, r, 4.5);
}
