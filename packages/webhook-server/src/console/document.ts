import { type Html, html } from "./html.ts"
import { style } from "./style.ts"

export interface Document {
  readonly title: string
  /** What the policy allows the style by. */
  readonly nonce: string
  /** Seconds after which the page is asked for again, if it is. */
  readonly refresh?: number | undefined
  readonly body: Html
}

/** The page as it is sent. `style` is ours and holds nothing that would have to be escaped. */
export const document = ({ body, nonce, refresh, title }: Document): string =>
  `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh !== undefined && html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
<style nonce="${nonce}">`}${style}${html`</style>
</head>
<body>
${body}</body>
</html>
`}`

/** What no page of ours may do: run scripts, load anything, be framed, send a form elsewhere, be kept by anybody. */
export const headers = (nonce: string): Readonly<Record<string, string>> => ({
  "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Without a referrer, browsers would send no origin with a form.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store"
})
