/** Headers of every answer, oddities included (dossier B). `Content-Length` and `Connection` belong to the socket. */
export const standardHeaders = (now: number, requestId: string, contentType: string): Record<string, string> => ({
  Date: new Date(now).toUTCString(),
  "Content-Type": contentType,
  "Cache-Control": "no-cache, no-store",
  Pragma: "No-cache",
  Expires: "Mon, 06 Jan 1975 16:00:00 GMT",
  Vary: "Accept-Encoding",
  // A load balancer took the back end's `Connection: close` apart. Harmless.
  Cneonction: "close",
  "X-Request-Id": requestId
})

/** Content type of successes. */
export const successContentType = "application/json; charset=UTF-8"

/** Content type of the API's errors. */
export const errorContentType = "application/json"
