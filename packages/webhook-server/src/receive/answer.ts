import type { IncomingMessage, ServerResponse } from "node:http"

/** How long a sender may go on sending a body that was answered without being read, so that it gets to see the answer. */
const lingerMilliseconds = 1000

/**
 * Answers with a status and no body. What the sender has not sent yet is thrown away as it comes, for a second; then the
 * connection is cut. Cut at once, the sender would see a reset and not why.
 */
export const answer = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {}
): void => {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { "content-length": "0", ...headers })
  response.end()
  if (request.complete) return
  const cut = setTimeout(() => {
    if (!request.complete) request.socket.destroy()
  }, lingerMilliseconds)
  request.once("close", () => clearTimeout(cut))
}
