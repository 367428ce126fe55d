import { asMarkdown, type Report } from "./Report.ts"

/** The page's sections by their names, in their order. One that does not say on which machine it was measured takes the page's. */
const sectionsOf = (page: string): ReadonlyArray<readonly [string, string]> => {
  const [head = "", ...sections] = page.split(/^(?=## )/m)
  const [machine = ""] = /^Machine: .*$/m.exec(head) ?? []
  return sections.map((section) => [
    section.slice(3, section.indexOf("\n")),
    (section.includes("\nMachine: ") ? section : section.replace("\n\n| ", `\n\n${machine}\n\n| `)).trimEnd()
  ])
}

/**
 * The page with the sections of these reports replaced or added. Each section says on which machine it was measured: one may
 * be older than its neighbours.
 */
export const pageOf = (page: string, machineLine: string, reports: ReadonlyArray<Report>): string => {
  const sections = new Map(sectionsOf(page))
  for (const report of reports) {
    const about = `${report.about}\n\nMachine: ${machineLine}.`
    sections.set(report.name, asMarkdown({ ...report, about }).trimEnd())
  }
  return [
    "# Benchmarks",
    "",
    "Written by `pnpm bench --write`, `years` and `webhooks` by `pnpm bench years webhooks --write`; do not edit. Figures of other",
    "machines and other moments are not comparable, the ratios of one run are.",
    "",
    [...sections.values()].join("\n\n"),
    ""
  ].join("\n")
}
