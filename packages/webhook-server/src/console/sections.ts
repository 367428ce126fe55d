/** The parts of the page, each from what was read for it. */
import { type Html, html } from "./html.ts"
import { plot } from "./plot.ts"
import type { ConsoleState } from "./readState.ts"
import { table } from "./table.ts"
import { count, length, when } from "./words.ts"

export const figures = ({ depth, latencyHistory, oldestDue }: ConsoleState): Html => {
  const last = latencyHistory.at(-1)
  const figure = (name: string, value: string, isBad = false) =>
    html`<div><dt>${name}</dt><dd class="${isBad ? "bad" : ""}">${value}</dd></div>
`
  return html`<dl>
${figure("Waiting", count(depth.pending))}${figure("In processing", count(depth.processing))}${figure(
  "Dead events",
  count(depth.dead),
  depth.dead > 0
)}${figure("Longest due", oldestDue === 0 ? "nothing is" : length(oldestDue))}${figure(
  "Acknowledged in (p99)",
  last === undefined ? "nothing yet" : `≤ ${length(last.p99)}`
)}${figure("Done or kept, about", count(depth.settledAbout))}</dl>
`
}

export const plots = ({ depthHistory, hours, latencyHistory, now }: ConsoleState): Html => {
  const from = now - hours * 3_600_000
  const breakAfter = Math.max(3 * 60_000, ((now - from) / 180) * 2.5)
  const span = { from, to: now, breakAfter }
  return html`<div class="plots">
${plot({
  ...span,
  id: "depth",
  title: "Events in the inbox",
  format: count,
  lines: [
    { name: "waiting or in processing", points: depthHistory.map(({ at, waiting }) => ({ at, value: waiting })) },
    { name: "dead", points: depthHistory.map(({ at, dead }) => ({ at, value: dead })) }
  ]
})}${plot({
  ...span,
  id: "latency",
  title: "Acknowledgement, at most",
  format: length,
  lines: [
    { name: "99 of 100", points: latencyHistory.map(({ at, p99 }) => ({ at, value: p99 })) },
    { name: "half of them", points: latencyHistory.map(({ at, median }) => ({ at, value: median })) }
  ]
})}${plot({
  ...span,
  id: "due",
  title: "Longest that a record has been due",
  format: length,
  lines: [
    {
      name: "longest due",
      points: depthHistory.map(({ at, oldestDueSeconds }) => ({ at, value: oldestDueSeconds }))
    }
  ]
})}</div>
`
}

export const freshness = ({ freshness: practices, now }: ConsoleState): Html =>
  practices.length === 0
    ? html`<p class="quiet">No event has come yet.</p>`
    : table({
        caption: "When the last event of each practice came, and when a record was last stored for one",
        columns: [{ name: "Practice" }, { name: "Last event" }, { name: "Last record stored" }],
        rows: practices.map(({ lastEventAt, lastStoredAt, practiceId }) => [
          practiceId,
          when(lastEventAt, now),
          when(lastStoredAt, now)
        ])
      })

export const pauses = ({ now, pauses: practices }: ConsoleState): Html =>
  practices.length === 0
    ? html`<p class="good">No practice is paused.</p>`
    : table({
        caption: "Practices of which nothing is read for a while, since they do not answer or said so",
        columns: [{ name: "Practice" }, { name: "Goes on" }, { name: "Reason" }, { name: "Failures", isNumber: true }],
        rows: practices.map(({ failures, practiceId, reasonTag, until }) => [
          practiceId,
          when(until, now),
          reasonTag,
          count(failures)
        ])
      })

export const budgets = ({ budgets: { budgets: all, quotas }, now }: ConsoleState): Html =>
  html`${
    all.length === 0
      ? html`<p class="quiet">No request has been made yet.</p>`
      : table({
          caption: "Requests to athenahealth, of all processes that share this database",
          columns: [
            { name: "Budget" },
            { name: "Pace, of at most", isNumber: true },
            { name: "Today (GMT)", isNumber: true },
            { name: "Rests" }
          ],
          rows: all.map(({ ceiling, pausedUntil, practiceId, requestsPerSecond, requestsToday }) => [
            practiceId === null ? "All practices" : `Practice ${practiceId}`,
            `${count(requestsPerSecond)} of ${count(ceiling)} a second`,
            count(requestsToday),
            pausedUntil === null ? "no" : when(pausedUntil, now)
          ])
        })
  }${quotas.map(
    ({ limit, remaining, resetsAt }) =>
      html`<p>The day's quota: ${count(remaining)} of ${count(limit)} are left, until ${when(resetsAt, now)}.</p>
`
  )}`

export const gaps = ({ catchUps, downtimes, now, receivers, silences }: ConsoleState): Html => {
  const receiving = receivers.filter(({ isReceiving }) => isReceiving).length
  const open = catchUps.filter(({ finishedAt }) => finishedAt === null)
  const last = downtimes[0]
  return html`<p>${count(receiving)} ${receiving === 1 ? "copy receives" : "copies receive"} now. ${
    last === undefined
      ? "No time is known in which nobody did."
      : html`Nobody did for ${length(last.seconds)}, until ${when(last.to, now)}.`
  }</p>
${
  silences.length > 0 &&
  table({
    caption: "Topics that have been silent for longer than usual",
    columns: [{ name: "Practice" }, { name: "Topic" }, { name: "Since" }, { name: "Found" }],
    rows: silences.map(({ practiceId, since, topic, verdict }) => [
      practiceId,
      topic,
      when(since, now),
      { open: "not looked into yet, or missed", quiet: "nothing had changed", unknown: "cannot be known" }[verdict]
    ])
  })
}${
  open.length > 0 &&
  table({
    caption: "Catch-ups that go on",
    columns: [{ name: "Practice" }, { name: "Reason" }, { name: "Booked" }, { name: "Put off" }],
    rows: open.map(({ bookedAt, errorTag, practiceId, reason }) => [
      practiceId,
      reason,
      when(bookedAt, now),
      errorTag ?? "no"
    ])
  })
}`
}
