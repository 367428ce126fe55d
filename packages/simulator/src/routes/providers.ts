/** `GET /v1/{practiceid}/providers` and `/providers/{providerid}` */
import { unknownRecord } from "../render/errors.ts"
import { providerRecord } from "../render/provider.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import { arrayOfOne, smallList } from "./smallList.ts"

export const providers = (context: RouteContext): RouteAnswer => {
  const { profile, providers: register } = context.practice
  return smallList(
    context,
    "providers",
    register.all.map((provider) => providerRecord(provider, profile.olderSpelling)),
    ["name", "providertype", "showallproviderids", "showusualdepartmentguessthreshold"]
  )
}

/** An array of one. */
export const provider = (context: RouteContext): RouteAnswer => {
  const found = context.practice.providers.get(context.id)
  if (found === undefined) return refuse(unknownRecord(404, "provider"))
  return arrayOfOne(providerRecord(found, context.practice.profile.olderSpelling))
}
