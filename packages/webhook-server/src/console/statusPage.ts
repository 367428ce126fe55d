import { deadLetters } from "./deadLetters.ts"
import { document } from "./document.ts"
import { type Html, html } from "./html.ts"
import { paths } from "./paths.ts"
import { type ConsoleState, type Span, spans } from "./readState.ts"
import { budgets, figures, freshness, gaps, pauses, plots } from "./sections.ts"
import { clock, count } from "./words.ts"

/** What the page needs to know beside the state of the inbox. */
export interface View {
  readonly nonce: string
  readonly formToken: string
  /** Whether there is a session that can be ended. */
  readonly hasSession: boolean
  readonly refreshes: boolean
  /** How many were just sent through again. */
  readonly redriven: number | undefined
}

/** Seconds between two looks of a page that is left open. */
const refreshSeconds = 30

const names: Readonly<Record<Span, string>> = { 3: "3 hours", 24: "a day", 168: "a week" }

/** The console. */
export const statusPage = (state: ConsoleState, view: View): string => {
  const { hours, now } = state
  const address = (span: Span, refreshes: boolean) => `${paths.page}?hours=${span}${refreshes ? "" : "&refresh=off"}`
  const section = (id: string, title: string, content: Html) =>
    html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}</section>
`
  return document({
    title: state.depth.dead > 0 ? `(${count(state.depth.dead)} dead) athena-webhooks` : "athena-webhooks",
    nonce: view.nonce,
    refresh: view.refreshes ? refreshSeconds : undefined,
    body: html`<header><h1>athena-webhooks</h1>
<span class="quiet">as of ${clock(now)} UTC</span>
<a href="${address(hours, !view.refreshes)}">${view.refreshes ? `stop looking every ${refreshSeconds} s` : `look every ${refreshSeconds} s`}</a>
${
  view.hasSession &&
  html`<form method="post" action="${paths.logout}"><input type="hidden" name="form" value="${view.formToken}"><button>Leave</button></form>`
}</header>
<main>
${
  view.redriven !== undefined &&
  html`<p class="said" role="status">${view.redriven === 0 ? "Nothing was dead any more." : `${count(view.redriven)} sent through again.`}</p>
`
}${section("inbox", "The inbox now", figures(state))}${section(
  "history",
  "Over time",
  html`<nav aria-label="How far back"><ul>${spans.map((span) =>
    span === hours
      ? html`<li><a href="${address(span, view.refreshes)}" aria-current="true">${names[span]}</a></li>`
      : html`<li><a href="${address(span, view.refreshes)}">${names[span]}</a></li>`
  )}</ul></nav>
${plots(state)}`
)}${section("dead", "Dead letters", deadLetters(state, view.formToken))}${section(
  "freshness",
  "Freshness",
  freshness(state)
)}${section("pauses", "Pauses", pauses(state))}${section("budgets", "Budget", budgets(state))}${section(
  "gaps",
  "Gaps",
  gaps(state)
)}</main>
<footer><p>Ids of practices, topics and reasons; nothing of any patient.</p></footer>
`
  })
}
