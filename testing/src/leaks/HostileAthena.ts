/**
 * An athenahealth that says more than it should: it answers every route that is asked for, mostly so that it can be read,
 * with markers wherever an answer has room for them. The same seed and the same requests give the same answers.
 */
import { type Chance, chance } from "../random/Chance.ts"
import { type HostileAnswer, hostileAnswer, hostileTokenAnswer, type RecordShape } from "./hostileAnswers.ts"
import { marker } from "./markers.ts"

/** `reset` cuts the line, `hang` never answers. */
export type HostileReply = HostileAnswer | "reset" | "hang"

export interface HostileAthenaOptions {
  readonly seed: number
  /** How many of the answers are errors. */
  readonly errors: number
  /** How many of the requests get no answer. */
  readonly silences?: number
}

interface Asked {
  readonly practiceId: string
  readonly id: string | undefined
  readonly query: URLSearchParams
}

const departments = ["1", "21", "150"]
const patients = 9

const appointment = (chance: Chance, { id, query }: Asked): RecordShape => ({
  record: (n) => ({
    appointmentid: id ?? `${1000 + n + 100 * Number(query.get("startdate")?.slice(3, 5) ?? 0)}`,
    appointmentstatus: "f",
    date: query.get("startdate") ?? "06/03/2019",
    starttime: "09:15",
    duration: 15,
    departmentid: chance.pick(departments),
    providerid: 5,
    patientid: String(1 + ((n + chance.below(3)) % patients)),
    appointmenttypeid: "2",
    lastmodified: "05/30/2019 11:12:13"
  }),
  plain: new Set(["appointmentstatus", "date", "starttime", "duration", "lastmodified"]),
  ids: new Set(["appointmentid", "departmentid", "providerid", "patientid", "appointmenttypeid"])
})

const patient = (_: Chance, { id = "1" }: Asked): RecordShape => ({
  record: () => ({
    patientid: id,
    status: "active",
    departmentid: "1",
    dob: "01/02/1990",
    firstname: "A",
    sex: "F",
    email: "a",
    mobilephone: "1"
  }),
  plain: new Set(["status", "departmentid"]),
  ids: new Set(["patientid", "departmentid"])
})

const department = (): RecordShape => ({
  record: (n) => ({ departmentid: departments[n] ?? String(n + 200), name: "A", timezonename: "America/New_York" }),
  plain: new Set(["*", "name", "timezonename"]),
  ids: new Set(["departmentid"])
})

const anything = (): RecordShape => ({
  record: () => ({ practiceid: "195900" }),
  plain: new Set(["*"]),
  ids: new Set()
})

type Route = readonly [
  path: RegExp,
  recordsKey: string | undefined,
  shape: (chance: Chance, asked: Asked) => RecordShape
]

const routes: ReadonlyArray<Route> = [
  [/^appointments\/booked/, "appointments", appointment],
  [/^appointments\/([^/]+)$/, undefined, appointment],
  [/^patients\/([^/]+)$/, undefined, patient],
  [/^departments$/, "departments", department],
  [/^practiceinfo$/, "practiceinfo", anything],
  [/./, undefined, anything]
]

export class HostileAthena {
  readonly #chance: Chance
  readonly #options: HostileAthenaOptions

  constructor(options: HostileAthenaOptions) {
    this.#chance = chance(options.seed)
    this.#options = options
  }

  /** `path` is that of the request, with its query. */
  answer(path: string): HostileReply {
    const dice = this.#chance
    const { errors, silences = 0.02 } = this.#options
    const url = new URL(path, "http://athena.test")
    if (url.pathname === "/oauth2/v1/token") {
      return dice.happens(errors) ? hostileTokenAnswer(dice) : { status: 200, headers: {}, body: this.#token() }
    }
    if (dice.happens(silences)) return dice.pick(["reset", "reset", "hang"])
    const [, , practiceId = "", ...rest] = url.pathname.split("/")
    const below = rest.join("/")
    for (const [pattern, recordsKey, shape] of routes) {
      const match = pattern.exec(below)
      if (match === null) continue
      const asked = { practiceId, id: match[1], query: url.searchParams }
      // Without departments nothing else is asked for.
      const isGentle = recordsKey === "departments"
      return hostileAnswer({
        chance: dice,
        practiceId,
        shape: shape(dice, asked),
        recordsKey,
        errors: isGentle ? errors / 10 : errors,
        hostility: dice.pick(isGentle ? [0, 0.3] : [0, 0.1, 0.3, 1])
      })
    }
    return hostileAnswer({ chance: dice, practiceId, shape: anything(), recordsKey: undefined, errors })
  }

  #token(): string {
    return JSON.stringify({ access_token: `${marker}.${this.#chance.below(1e6)}`, expires_in: "3600", scope: marker })
  }
}
