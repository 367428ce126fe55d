import { document } from "./document.ts"
import { html } from "./html.ts"
import { paths } from "./paths.ts"

/** Asks for the token. */
export const loginPage = (nonce: string, said: string | undefined): string =>
  document({
    title: "athena-webhooks: who are you?",
    nonce,
    body: html`<main><h1>athena-webhooks</h1>
${said !== undefined && html`<p class="said bad" role="alert">${said}</p>`}
<form class="login" method="post" action="${paths.login}">
<label for="token">The console's token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus maxlength="200">
<button>Enter</button>
</form></main>
`
  })

/** Says why there is nothing to see. */
export const messagePage = (nonce: string, said: string, refresh?: number): string =>
  document({
    title: "athena-webhooks",
    nonce,
    refresh,
    body: html`<main><h1>athena-webhooks</h1>
<p class="said" role="status">${said}</p>
<p><a href="${paths.page}">To the console</a></p></main>
`
  })
