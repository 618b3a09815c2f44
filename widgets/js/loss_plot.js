// What the loss curve draws, and what its read-out says: from the record and the settings to pixels
// and words.

const MARGIN = { left: 62, right: 18, top: 12, bottom: 42 };

/** The runs that are shown: { index, name, train, validation } in the order of training. */
function shownRuns(record, settings) {
  return settings.runs
    .map((run, index) => ({ index, name: run.name, ...record.runs[index] }))
    .filter((run) => run.train && !settings.hidden.includes(run.index));
}

/** Draw everything; returns the scales, or null if there is nothing to draw yet. */
function drawLosses(context, width, height, theme, record, settings) {
  const runs = shownRuns(record, settings);
  const { smoothing, log, logSteps } = settings;
  const columns = runs.flatMap(({ train, validation }) => [
    [train.loss, train.length],
    [validation.loss, validation.length],
  ]);
  const losses = rangeOf(columns, log) ?? (log ? [0.1, 1] : [0, 1]);
  const lastStep = Math.max(2, ...runs.map(({ train }) => train.lastStep));
  const x = makeScale(1, lastStep, MARGIN.left, width - MARGIN.right, logSteps);
  const y = makeScale(losses[0], losses[1], height - MARGIN.bottom, MARGIN.top, log);
  drawAxes(context, x, y, theme, { x: "step", y: log ? "loss (log scale)" : "loss" });

  context.save();
  context.beginPath();
  context.rect(x.start - 6, y.end - 8, x.end - x.start + 12, y.start - y.end + 14);
  context.clip();
  context.lineJoin = "round";
  // All raw losses first, so that no run's noise lies over another's average.
  context.globalAlpha = 0.28;
  context.lineWidth = 1;
  for (const { index, train } of smoothing > 0 ? runs : []) {
    context.strokeStyle = theme.colours[index % PALETTE.length];
    drawLine(context, train.step, train.loss, train.length, x, y);
  }
  context.globalAlpha = 1;
  for (const { index, train } of runs) {
    context.strokeStyle = theme.colours[index % PALETTE.length];
    const values = train.smoothed(smoothing);
    context.lineWidth = 1.8;
    drawLine(context, train.step, values, train.length, x, y);
    context.lineWidth = 1.4;
    context.fillStyle = theme.paper;
    drawMarkers(context, train.step, values, train.length, x, y, index, 110, false);
  }
  for (const { index, train, validation } of runs) {
    // A seam of the background keeps the dashes apart from a noisy training line below them. It is
    // dashed as well: a solid one would cut through the other runs.
    context.setLineDash([6, 4]);
    context.strokeStyle = theme.paper;
    context.lineWidth = 4;
    const { step, loss, length } = validation;
    drawLine(context, step, loss, length, x, y);
    context.strokeStyle = context.fillStyle = theme.colours[index % PALETTE.length];
    context.lineWidth = 1.8;
    drawLine(context, step, loss, length, x, y);
    context.setLineDash([]);
    drawMarkers(context, step, loss, length, x, y, index, 22, true);
    drawBreakdowns(context, train, x, y, theme);
  }
  context.restore();
  return { x, y, runs };
}

/** A cross and a word at the top of the plot where a run's loss stopped being a number. */
function drawBreakdowns(context, train, x, y, theme) {
  let previous = -Infinity;
  for (let k = 0; k < train.length; k += 1) {
    const px = x(train.step[k]);
    if (Number.isFinite(train.loss[k]) || px - previous < 40) continue;
    previous = px;
    context.lineWidth = 2.4;
    drawCross(context, px, y.end + 6);
    context.fillStyle = theme.ink;
    context.textAlign = px > (x.start + x.end) / 2 ? "right" : "left";
    context.textBaseline = "middle";
    const words = `${formatNumber(train.loss[k])} at step ${train.step[k].toLocaleString("en")}`;
    context.fillText(words, px + (context.textAlign === "right" ? -10 : 10), y.end + 6);
  }
}

/** The read-out's line and dots at one step. */
function drawCursor(context, { x, y, runs }, step, theme, smoothing) {
  const px = Math.round(x(step)) + 0.5;
  if (!Number.isFinite(px)) return;
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(px, y.start);
  context.lineTo(px, y.end);
  context.stroke();
  for (const { index, train } of runs) {
    const k = train.nearest(step);
    if (k < 0 || step > train.lastStep || !y.shows(train.smoothed(smoothing)[k])) continue;
    context.fillStyle = theme.colours[index % PALETTE.length];
    context.strokeStyle = theme.paper;
    context.lineWidth = 1.5;
    marker(context, x(train.step[k]), y(train.smoothed(smoothing)[k]), index, 4.5, false);
  }
}

/**
 * What stands at one step, for the runs that reach it: [{ index, name, loss, validation }], numbers
 * as text.
 */
function readAt(runs, step, smoothing) {
  return runs
    .filter(({ train }) => train.length && step <= train.lastStep)
    .map(({ index, name, train, validation }) => ({
      index,
      name,
      loss: formatNumber(train.smoothed(smoothing)[train.nearest(step)]),
      validation: validation.length ? formatNumber(validation.loss[validation.nearest(step)]) : "",
    }));
}

/** One sentence for each run: what a reader who sees no picture wants to know. */
function summarise(record, settings) {
  if (!settings.runs.length) return "No run yet.";
  return settings.runs
    .map(({ name, total_steps: total, outcome }, index) => {
      const { train, validation } = record.runs[index] ?? {};
      if (!train?.length) return `${name}: no step yet.`;
      const of = outcome === "running" && total ? ` of ${total.toLocaleString("en")}` : "";
      const state = settings.paused && outcome === "running" ? "paused" : outcome;
      let words = `${name}, ${state} at step ${train.lastStep.toLocaleString("en")}${of}: `;
      words += `loss from ${formatNumber(train.loss[0])} to ${formatNumber(train.lastLoss)}`;
      if (validation.length) words += `, validation ${formatNumber(validation.lastLoss)}`;
      return `${words}.`;
    })
    .join(" ");
}

/** The latest run in a few words, beside the title. */
function progress(record, { runs, paused }) {
  const run = runs.at(-1);
  const train = record.runs[runs.length - 1]?.train;
  if (!run) return "no run yet";
  if (!train?.length) return `${run.name} · starting`;
  const of = run.total_steps ? ` of ${run.total_steps.toLocaleString("en")}` : "";
  const state = run.outcome === "running" && paused ? "paused" : run.outcome;
  const step = `step ${train.lastStep.toLocaleString("en")}${of}`;
  return `${run.name} · ${step} · loss ${formatNumber(train.lastLoss)} · ${state}`;
}

/**
 * The step to which a key moves the read-out: arrows by one, with Shift or Page keys by a
 * twentieth, Home and End.
 */
function stepByKey({ key, shiftKey }, step, last) {
  const leap = Math.max(1, Math.round(last / 20));
  const stride = shiftKey ? leap : 1;
  const moves = {
    ArrowLeft: -stride,
    ArrowRight: stride,
    PageDown: -leap,
    PageUp: leap,
    Home: -last,
    End: last,
  };
  if (key === "Escape") return null;
  if (!(key in moves)) return undefined;
  return Math.min(Math.max(Math.round(step + moves[key]), 1), last);
}
