// The loss curve: controls of the training, the plot, its read-out and its settings.

const ACKNOWLEDGE_MS = 1500;
const SPEAK_MS = 8000;
const LATE =
  "This front end delivers the controls after the cell has ended; " +
  "use the interrupt button (■) to stop.";

/** Each model gets its own record, shared by all its views. */
export default function lossCurve() {
  const record = new Record();
  const shared = { learningRate: null, late: false, gone: false, views: new Set() };
  const changed = () => shared.views.forEach((show) => show());

  return {
    // Messages that come before a view exists would be lost, so they are taken here.
    initialize({ model }) {
      const fetch = () => model.send({ type: "fetch", have: record.lengths() });
      let acknowledged = -1;
      let timer = 0;
      // Whether messages reach a running cell depends on the front end and on the kernel, so it is
      // measured. One question is not enough: while the kernel still opens the channel for them,
      // messages wait for the cell's end.
      const question = (since) => {
        const run = model.get("runs").length - 1;
        const unanswered = model.get("running") && acknowledged < run;
        shared.late = unanswered && performance.now() - since > ACKNOWLEDGE_MS;
        if (unanswered) {
          model.send({ type: "ping", run });
          timer = setTimeout(question, shared.late ? 3000 : 300, since);
        }
        changed();
      };
      const watch = () => {
        clearTimeout(timer);
        question(performance.now());
      };
      model.on("msg:custom", (message, buffers) => {
        if (message.type === "pong") {
          acknowledged = Math.max(acknowledged, message.run);
          shared.late = false;
        } else if (message.type === "points") {
          shared.learningRate = message.learning_rate;
          if (!record.receive(message, buffers)) fetch();
        }
        changed();
      });
      model.on("change:running", watch);
      model.on("comm_live_update", () => {
        shared.gone = true;
        changed();
      });
      if (model.get("runs").length) fetch();
      watch();
    },

    render({ model, el }) {
      return renderLossCurve(model, el, record, shared);
    },
  };
}

/** Build one view; returns what takes it down again. */
function renderLossCurve(model, el, record, shared) {
  let cursor = null;
  let spoken = { state: "", until: 0 };
  let scales = null;
  const settings = () => ({
    runs: model.get("runs"),
    hidden: model.get("hidden"),
    log: model.get("log_loss"),
    logSteps: model.get("log_steps"),
    smoothing: model.get("smoothing"),
    paused: model.get("paused"),
  });
  const save = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const ask = (name, value) =>
    model.send({ type: "control", run: model.get("runs").length - 1, name, value });

  const root = element("div", { class: "dl-widget dl-loss-curve", role: "group" });
  const title = element("span", { class: "dl-title" });
  const status = element("span", { class: "dl-muted dl-number" });
  const pause = button(ICONS.pause, "Pause", () => ask(model.get("paused") ? "resume" : "pause"));
  const step = button(ICONS.step, "Step", () => ask("step"));
  const stop = button(ICONS.stop, "Stop", () => ask("stop"));
  const rate = slider({
    words: "Learning rate",
    min: -2,
    max: 2,
    step: 0.02,
    value: 0,
    format: (power) => formatNumber(baseRate() * 10 ** power),
    oninput: limited(50, (power) => ask("learning_rate", baseRate() * 10 ** power)),
  });
  const notice = element("p", { class: "dl-notice", role: "status", hidden: true });
  const stage = element("div", { class: "dl-stage", style: "height: 300px" });
  const readout = element("div", { class: "dl-readout dl-number", hidden: true });
  const legend = element("span", { class: "dl-row", role: "group", "aria-label": "Runs" });
  const smoothing = slider({
    words: "Smoothing",
    min: 0,
    max: 0.99,
    step: 0.01,
    value: model.get("smoothing"),
    format: (value) => value.toFixed(2),
    oninput: (value) => save("smoothing", value),
  });
  const log = checkbox("Log loss", model.get("log_loss"), (value) => save("log_loss", value));
  const logSteps = checkbox("Log steps", model.get("log_steps"), (value) => {
    save("log_steps", value);
  });
  root.append(
    element("div", { class: "dl-row" }, title, status),
    element(
      "div",
      { class: "dl-row", role: "group", "aria-label": "Training" },
      element("span", { class: "dl-group" }, pause, step, stop),
      rate.root,
    ),
    notice,
    stage,
    element(
      "div",
      { class: "dl-row" },
      legend,
      element("span", { class: "dl-row dl-push" }, smoothing.root, log.root, logSteps.root),
    ),
  );
  keepKeys(root);
  const voice = announcer(root);

  function baseRate() {
    return model.get("runs").at(-1)?.learning_rate || 0.01;
  }

  const plot = sharpCanvas(
    stage,
    // To a screen reader the read-out is a slider over the steps whose value is a sentence.
    {
      tabindex: 0,
      role: "slider",
      "aria-label": "Read-out of the losses at a step",
      "aria-orientation": "horizontal",
    },
    (context, width, height, theme) => {
      const now = settings();
      scales = drawLosses(context, width, height, theme, record, now);
      if (cursor !== null) drawCursor(context, scales, cursor, theme, now.smoothing);
      showReadout(width, theme, now.smoothing);
      const samples = legend.querySelectorAll("canvas");
      samples.forEach((canvas, index) => paintSample(canvas, index, theme));
    },
  );
  stage.append(readout);

  function showReadout(width, theme, amount) {
    const lines = cursor === null ? [] : readAt(scales.runs, cursor, amount);
    readout.hidden = lines.length === 0;
    const at = (cursor ?? 0).toLocaleString("en");
    plot.canvas.setAttribute("aria-valuemin", 1);
    plot.canvas.setAttribute("aria-valuemax", scales.x.hi);
    plot.canvas.setAttribute("aria-valuenow", cursor ?? scales.x.hi);
    const words = ({ name, loss, validation }) =>
      `${name} ${loss}${validation && `, validation ${validation}`}`;
    const spoken = `step ${at}: ${lines.map(words).join("; ")}`;
    plot.canvas.setAttribute("aria-valuetext", lines.length ? spoken : "no step chosen");
    if (readout.hidden) return;
    const cells = (tag, ...contents) => contents.map((content) => element(tag, {}, content));
    const validated = lines.some((line) => line.validation);
    const loss = amount > 0 ? "smoothed" : "training";
    readout.replaceChildren(
      element(
        "table",
        {},
        element("tr", {}, ...cells("th", `step ${at}`, loss, validated ? "validation" : "")),
        ...lines.map((line) => {
          const sample = paintSample(sampleCanvas(16), line.index, theme);
          const name = element("span", {}, sample, ` ${line.name}`);
          return element("tr", {}, ...cells("td", name, line.loss, line.validation));
        }),
      ),
    );
    const px = scales.x(cursor);
    const left = px + 12 + readout.offsetWidth > width ? px - 12 - readout.offsetWidth : px + 12;
    Object.assign(readout.style, { left: `${Math.max(0, left)}px`, top: "14px" });
  }

  let legendKey = "";
  function buildLegend({ runs, hidden }) {
    const validated = record.runs.some((run) => run.validation.length);
    const key = JSON.stringify([runs.map((run) => run.name), hidden, validated]);
    if (key === legendKey) return;
    legendKey = key;
    const held = [...legend.children].indexOf(document.activeElement);
    legend.replaceChildren(
      ...runs.map(({ name }, index) => {
        const shown = !hidden.includes(index);
        const without = hidden.filter((other) => other !== index);
        const onclick = () => save("hidden", shown ? [...hidden, index] : without);
        const words = element("span", { class: "dl-name" }, name);
        return element(
          "button",
          {
            type: "button",
            "aria-pressed": String(shown),
            title: "Show or hide this run",
            onclick,
          },
          sampleCanvas(26),
          words,
        );
      }),
    );
    const explanation = "solid: training, dashed: validation";
    if (validated) legend.append(element("span", { class: "dl-muted" }, explanation));
    if (held >= 0) legend.children[held]?.focus();
  }

  const show = () => {
    const now = settings();
    const active = model.get("running") && !shared.gone;
    const name = model.get("title") || "Loss";
    title.textContent = name;
    root.setAttribute("aria-label", `Loss curve: ${name}`);
    status.textContent = shared.gone ? "The kernel of this widget is gone." : progress(record, now);
    for (const node of [pause, step, stop, rate.input]) node.disabled = !active;
    pause.relabel(now.paused ? ICONS.play : ICONS.pause, now.paused ? "Resume" : "Pause");
    rate.set(Math.log10((shared.learningRate || baseRate()) / baseRate()));
    smoothing.set(now.smoothing);
    log.input.checked = now.log;
    logSteps.input.checked = now.logSteps;
    notice.hidden = !shared.late;
    notice.textContent = shared.late ? LATE : "";
    // While it runs the sentence changes all the time: speak it when something happened, else now
    // and then.
    const state = `${active} ${now.paused} ${now.runs.length}`;
    if (state !== spoken.state || now.paused || !active || performance.now() > spoken.until) {
      voice.say(summarise(record, now));
      spoken = { state, until: performance.now() + SPEAK_MS };
    }
    Object.assign(root.dataset, {
      active: String(active),
      paused: String(now.paused),
      runs: now.runs.length,
      points: record.runs.reduce((total, run) => total + run.train.length, 0),
      step: record.runs.at(-1)?.train.lastStep ?? 0,
    });
    buildLegend(now);
    plot.redraw();
  };

  const moveCursor = (next) => {
    cursor = next;
    plot.redraw();
  };
  plot.canvas.addEventListener("pointermove", (event) => {
    if (!scales?.runs.length) return;
    const step = Math.round(scales.x.invert(event.offsetX));
    moveCursor(Math.min(Math.max(step, 1), scales.x.hi));
  });
  plot.canvas.addEventListener("pointerleave", () => moveCursor(null));
  plot.canvas.addEventListener("blur", () => moveCursor(null));
  plot.canvas.addEventListener("keydown", (event) => {
    if (!scales?.runs.length) return;
    const next = stepByKey(event, cursor ?? scales.x.hi, scales.x.hi);
    if (next === undefined) return;
    event.preventDefault();
    moveCursor(next);
  });

  const settled = ["hidden", "log_loss", "log_steps", "smoothing", "title"];
  const traits = ["runs", "running", "paused", ...settled];
  model.on(traits.map((name) => `change:${name}`).join(" "), show);
  shared.views.add(show);
  el.append(root);
  show();
  return () => {
    shared.views.delete(show);
    plot.dispose();
    voice.dispose();
  };
}
