import { type Html, html } from "./html.ts"
import { paths } from "./paths.ts"
import type { ConsoleState } from "./readState.ts"
import { table } from "./table.ts"
import { count, when } from "./words.ts"

/** Sends what is dead through again: of a practice, or all of it. */
const redriveForm = (formToken: string, label: string, practiceId: string) =>
  html`<form method="post" action="${paths.redrive}"><input type="hidden" name="form" value="${formToken}"><input type="hidden" name="practice" value="${practiceId}"><button>${label}</button></form>`

/** What was given up, with the buttons that send it through again. */
export const deadLetters = ({ givenUp, now }: ConsoleState, formToken: string): Html => {
  if (givenUp.length === 0) return html`<p class="good">Nothing was given up.</p>`
  const practices = [...new Set(givenUp.map(({ practiceId }) => practiceId))]
  return html`${table({
    caption: "What was given up, by reason",
    columns: [
      { name: "Practice" },
      { name: "What" },
      { name: "Reason" },
      { name: "Count", isNumber: true },
      { name: "Oldest" }
    ],
    rows: givenUp.map(({ count: times, errorTag, handler, oldest, practiceId, resource }) => [
      practiceId,
      handler === null ? `${resource} could not be read` : `handler ${handler}, of ${resource}`,
      errorTag ?? "not told",
      count(times),
      when(oldest, now)
    ])
  })}<p>Mend the reason first, then send through again:</p>
<p>${practices.map((practiceId) => html`${redriveForm(formToken, `Practice ${practiceId}`, practiceId)} `)}${
    practices.length > 1 && redriveForm(formToken, "All practices", "all")
  }</p>
`
}
