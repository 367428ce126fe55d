/**
 * Writes a marker into every free-text and identifying string of a record, so that a test can look for it
 * wherever data might leak. Ids, dates, codes and enumerations keep their form, or the record could not be read.
 */
export const plantMarker = (value: unknown, marker: string, field = ""): unknown => {
  if (typeof value === "string") return structural.test(field) ? value : `${value} ${marker}`.trimStart()
  if (Array.isArray(value)) return value.map((item) => plantMarker(item, marker, field))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plantMarker(item, marker, key)]))
}

const structural =
  /(id|ids|date|datetime|time|status|state|statusname|modified|checkin|checkout|dob|sex|duration|code|code3166|balance|yn|copay|departmentlist|appointment|insurancecopay|noshow|slotavailable|required|enterprise|verified|consenttocall|consenttotext|homebound|hasmobile|exists|portalaccessgiven|patientphoto|cleanbalance)$/
