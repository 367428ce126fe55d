/**
 * The names that log annotations may have. Everything else is dropped: an annotation is a way out for PHI that no type
 * guards, so the list is short and holds ids, counts, times and codes.
 */
export const safeAnnotations: ReadonlySet<string> = new Set([
  "attempts",
  "appointmentId",
  "command",
  "count",
  "durationMs",
  "endpoint",
  "environment",
  "errorTag",
  "fetched",
  "gone",
  "holder",
  "inserted",
  "patientId",
  "practiceId",
  "quarantined",
  "reason",
  "recordId",
  "requestId",
  "requests",
  "resource",
  "retryAt",
  "runId",
  "since",
  "sqlState",
  "status",
  "unchanged",
  "updated",
  "window"
])

/** Ids, codes, counts and times are short; anything longer is not one. */
const longest = 200

/** The annotations that may be logged, as text or numbers. */
export const keepSafe = (annotations: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> => {
  const kept: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(annotations)) {
    if (!safeAnnotations.has(name)) continue
    if (typeof value === "number" || typeof value === "boolean") kept[name] = value
    else if (typeof value === "string" && value.length <= longest) kept[name] = value
  }
  return kept
}
