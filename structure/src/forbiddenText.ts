const forbidden: Readonly<Record<string, RegExp>> = {
  "a registry's host": /\bregistry\.(npmjs|yarnpkg|npmmirror)\.|\/\/[\w.-]*(artifactory|nexus|verdaccio)[\w.-]*\//i,
  "a folder of someone's machine": /(?<![\w.~*\-\]}/])\/(work|home\/[a-z]\w*|Users\/\w+|root|tmp\/[\w.-]+)\//
}

/** What a text holds that has no place in a repository, with its line. */
export const forbiddenIn = (path: string, text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line, index) =>
    Object.entries(forbidden)
      .filter(([, pattern]) => pattern.test(line))
      .map(([what]) => `${path}:${index + 1} names ${what}`)
  )

/** Addresses in a lockfile: it would then only install where that host can be reached. */
export const addressesIn = (lockfile: string): ReadonlyArray<string> =>
  lockfile.split("\n").filter((line) => /:\/\/|\btarball:/.test(line))
