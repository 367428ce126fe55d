import { readFileSync } from "node:fs"

const { version: own } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

/** The version of the program. */
export const version: string = own
