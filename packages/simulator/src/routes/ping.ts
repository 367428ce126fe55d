/** `GET /v1/{practiceid}/ping` */
import type { RouteAnswer } from "./RouteAnswer.ts"

export const ping = (): RouteAnswer => ({ _tag: "Body", body: `{"pong":"true"}` })
