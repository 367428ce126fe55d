/** `GET /v1/{practiceid}/practiceinfo`; the pseudo-practice `1` lists every practice the app may see. */
import { practiceRecord } from "../render/practiceInfo.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import { smallList } from "./smallList.ts"

export const practiceInfo = (context: RouteContext, practices: ReadonlyArray<PracticeWorld>): RouteAnswer =>
  smallList(
    context,
    "practiceinfo",
    practices.map((practice) => practiceRecord(practice.profile)),
    []
  )
