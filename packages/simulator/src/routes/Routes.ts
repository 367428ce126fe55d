/** Verb and path template of every endpoint; the one thing the simulator shares with its clients. */
export const routes = {
  token: { verb: "POST", path: "/oauth2/v1/token" },
  ping: { verb: "GET", path: "/v1/{practiceid}/ping" },
  practiceinfo: { verb: "GET", path: "/v1/{practiceid}/practiceinfo" },
  departments: { verb: "GET", path: "/v1/{practiceid}/departments" },
  department: { verb: "GET", path: "/v1/{practiceid}/departments/{departmentid}" },
  providers: { verb: "GET", path: "/v1/{practiceid}/providers" },
  provider: { verb: "GET", path: "/v1/{practiceid}/providers/{providerid}" },
  appointmenttypes: { verb: "GET", path: "/v1/{practiceid}/appointmenttypes" },
  booked: { verb: "GET", path: "/v1/{practiceid}/appointments/booked" },
  bookedMultipleDepartment: { verb: "GET", path: "/v1/{practiceid}/appointments/booked/multipledepartment" },
  appointment: { verb: "GET", path: "/v1/{practiceid}/appointments/{appointmentid}" },
  patient: { verb: "GET", path: "/v1/{practiceid}/patients/{patientid}" }
} as const

/** The name of an endpoint, as fault plans and statistics use it. */
export type RouteName = keyof typeof routes

export const routeNames = Object.keys(routes) as ReadonlyArray<RouteName>

/** A request path, taken apart. `practiceId` is absent on the token endpoint. */
export interface RouteMatch {
  readonly name: RouteName
  readonly practiceId: string | undefined
  /** The last path segment, where the template ends with an id. */
  readonly id: string | undefined
}

/** The endpoint of a path; `"method"` when the path exists under another verb, `undefined` when nothing is there. */
export const matchRoute = (verb: string, path: string): RouteMatch | "method" | undefined => {
  let known = false
  for (const [name, pattern] of patterns) {
    const found = pattern.exec(path)
    if (found === null) continue
    known = true
    if (routes[name].verb === verb) return { name, practiceId: found.groups?.["practiceid"], id: found.groups?.["id"] }
  }
  return known ? "method" : undefined
}

// Literal paths come before those that end with an id, so `booked` is not taken for an appointment's id.
const patterns = routeNames
  .map((name) => {
    const source = routes[name].path.replace("{practiceid}", "(?<practiceid>\\d+)").replace(/\{\w+\}$/, "(?<id>[^/]+)")
    return [name, new RegExp(`^${source}/?$`)] as const
  })
  .sort(([a], [b]) => Number(routes[a].path.endsWith("}")) - Number(routes[b].path.endsWith("}")))
