/** Times and numbers as a person reads them. */
import { type Html, html } from "./html.ts"

const two = (value: number) => String(value).padStart(2, "0")

/** `17:05`, UTC. */
export const clock = (at: number): string => {
  const date = new Date(at)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `24 Nov`, UTC. */
export const day = (at: number): string =>
  new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" })

/** `850 ms`, `12 s`, `4 min`, `3 h`, `2 days`. */
export const length = (seconds: number): string => {
  if (seconds === 0) return "0 s"
  if (seconds < 1) return `${Math.round(seconds * 10_000) / 10} ms`
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** `12,345`. */
export const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 })

/** How long ago it was, or in how long it will be; the time itself is there too. */
export const when = (iso: string | null, now: number): Html => {
  const at = iso === null ? Number.NaN : Date.parse(iso)
  if (Number.isNaN(at)) return html`<span class="quiet">never</span>`
  const seconds = Math.round((now - at) / 1000)
  const stamp = new Date(at).toISOString()
  const said = seconds >= 0 ? `${length(seconds)} ago` : `in ${length(-seconds)}`
  return html`<time datetime="${stamp}" title="${stamp}">${said}</time>`
}
