/**
 * Practitioners and Organizations of FHIR R4: no patient is behind them. US Core's elements, and the kind `Provider` of
 * logical ids [assumed]: no answer of the vendor's was recorded.
 */
import type { Provider } from "../world/PracticeProfile.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { logicalId } from "./fhirIds.ts"
import type { Rendered, Resource } from "./resources.ts"

const meta = { lastUpdated: "2019-06-01T12:00:00.000Z" }

const nobodys = (resource: Resource): Rendered => ({ resource, patientId: undefined })

/** Of machines there are none. */
export const practitionerResources = (practice: PracticeWorld): ReadonlyArray<Rendered> =>
  practice.providers.all
    .filter(({ entityType }) => entityType === "Person")
    .map((provider) => nobodys(practitioner(practice, provider)))

const practitioner = (practice: PracticeWorld, { firstName, id, lastName, npi }: Provider): Resource => ({
  resourceType: "Practitioner",
  id: logicalId(practice.id, "Provider", id),
  meta,
  identifier: [
    { system: `urn:athenahealth:athenanet:provider:${practice.id}`, value: id },
    ...(npi === undefined ? [] : [{ system: "http://hl7.org/fhir/sid/us-npi", value: String(npi) }])
  ],
  active: true,
  name: [{ use: "official", ...(lastName === undefined ? {} : { family: lastName }), given: [firstName] }]
})

/** The practice itself, its departments, and its chart sharing groups. */
export const organizationResources = (practice: PracticeWorld): ReadonlyArray<Rendered> => {
  const self = logicalId("1", "Practice", practice.id)
  const organization = (id: string, name: string, more: object): Rendered =>
    nobodys({ resourceType: "Organization", id, meta, active: true, name, ...more })
  const partOf = { partOf: { reference: `Organization/${self}` } }
  const { departments, name } = practice.profile
  const groups = [...new Set(departments.map(({ chartSharingGroupId }) => chartSharingGroupId))]
  return [
    organization(self, name, {}),
    ...departments.map((department) =>
      organization(logicalId(practice.id, "Department", department.id), department.name, {
        ...partOf,
        address: [{ city: department.city, state: department.state, postalCode: department.zip }]
      })
    ),
    ...groups.map((id) => organization(logicalId(practice.id, "CSG", id), `Chart Sharing Group ${id}`, partOf))
  ]
}
