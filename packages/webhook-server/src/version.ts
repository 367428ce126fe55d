import { readFileSync } from "node:fs"

/** The bundle lies one folder deeper than what it is made of. */
const manifest = import.meta.url.includes("/dist/bundle/") ? "../../package.json" : "../package.json"

const { version: own } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as {
  readonly version: string
}

/** The version of the program. */
export const version: string = own
