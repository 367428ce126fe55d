import { answer } from "../receive/answer.ts"
import type { Listener } from "./WebServer.ts"

/** Hands each request to the listener of its path, whatever its query; other paths are answered 404. */
export const routes = (listeners: Readonly<Record<string, Listener>>): Listener => {
  const table = new Map(Object.entries(listeners))
  return (request, response) => {
    const url = request.url ?? "/"
    const query = url.indexOf("?")
    const listener = table.get(query < 0 ? url : url.slice(0, query))
    if (listener === undefined) answer(request, response, 404)
    else listener(request, response)
  }
}
