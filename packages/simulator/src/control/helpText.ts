/** What `GET /simulator/` answers. */
export const helpText = (
  routes: Readonly<Record<string, { readonly verb: string; readonly path: string }>>
): string => {
  const width = 2 + Math.max(...Object.values(routes).map(({ path }) => path.length))
  const endpoints = Object.entries(routes).map(
    ([name, { path, verb }]) => `  ${verb.padEnd(7)}${path.padEnd(width)}${name}`
  )
  return `athenahealth in a box: synthetic people only.

Endpoints (the last column is the route name that fault plans use):
${endpoints.join("\n")}

Control:
  GET    /simulator/statistics            what was seen: requests, refusals, disclosures (?patientIds=true for ids)
  DELETE /simulator/statistics            start counting anew
  GET    /simulator/practices             practices that the credentials may see
  GET    /simulator/faults                the fault plan in force
  PUT    /simulator/faults                {"rules":[{"match":{"route":"booked"},"when":{"probability":0.2},"fault":{"kind":"status","status":503}}]}
  DELETE /simulator/faults                nothing goes wrong any more
  GET    /simulator/limits                the limits in force
  PUT    /simulator/limits                {"practice":{"requests":5,"refusal":"retry-after-seconds"}}
  POST   /simulator/mutations             {"kind":"cancel","practiceId":"195900","appointmentId":"4410001"}
  GET    /simulator/snapshot/{practice}   the truth, to compare a database with
  GET    /simulator/topics                the 62 topics, what their focus holds, the mutations that fire them
  POST   /simulator/events                {"practiceId":"195900","topic":"Order.submit"} fires an event; id, patientId, departmentId, times
  GET    /simulator/notifications         what was sent and what became of it (?state= ?topic= ?subscriptionId= ?body=true)
  POST   /simulator/notifications/redeliver   {"ids":["7"]} or nothing: sends dead ones again
  POST   /simulator/notifications/signal  {"subscriptionId":"…","type":"heartbeat"} or "handshake"
  GET    /simulator/notifications/plan    how notifications are sent, and what goes wrong with them
  PUT    /simulator/notifications/plan    {"rules":[{"when":{"probability":0.2},"fault":{"kind":"duplicate"}}]}
  DELETE /simulator/notifications/plan    nothing goes wrong any more
  GET    /simulator/clock                 what the clock shows
  PUT    /simulator/clock                 {"now":"2027-01-01T00:00:00Z","isStopped":true}
  POST   /simulator/clock/advance         {"hours":1}; answers when every notification due until then was tried

Kinds of faults: latency status reset resetMidBody closeMidBody truncate malformedJson hang tokenDies totalCount
  emptyPageWithNext stuckNext repeatRows changeWorld churn failureInside practiceOutage contentType badRecord plantMarker
Kinds of faults of notifications: duplicate late shuffle lose unreachable signature clockSkew oddBody contentType padding
  plantMarker
Kinds of mutations: book openSlot move cancel reschedule free freeze unfreeze delete startCheckIn checkIn checkOut confirm
  addNote updateNote deleteNote touch addPatient updatePatient mergePatients deletePatient
  addProvider updateProvider deleteProvider undeleteProvider
`
}
