/** What happens to providers. Each function changes one practice, or answers why it did not. */
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Applied } from "./Applied.ts"
import type { AddProvider, DeleteProvider, UndeleteProvider, UpdateProvider } from "./Mutation.ts"

export const addProvider = (practice: PracticeWorld, { fields }: typeof AddProvider.Type): Applied => {
  const id = practice.providers.newId()
  practice.providers.put({
    id,
    firstName: fields.firstName ?? "Testa",
    lastName: fields.lastName ?? "Newprovider",
    entityType: "Person",
    providerType: fields.providerType ?? "MD",
    specialty: "Family Medicine",
    specialtyId: "008",
    npi: undefined
  })
  return { providerId: id }
}

export const updateProvider = (practice: PracticeWorld, mutation: typeof UpdateProvider.Type): Applied => {
  const provider = practice.providers.get(mutation.providerId)
  if (provider === undefined) return noProvider
  practice.providers.put({ ...provider, ...mutation.fields })
  return { providerId: provider.id }
}

export const deleteProvider = (
  practice: PracticeWorld,
  { providerId }: typeof DeleteProvider.Type | typeof UndeleteProvider.Type,
  isDeleted: boolean
): Applied => {
  if (practice.providers.get(providerId) === undefined) return noProvider
  if (practice.providers.has(providerId) !== isDeleted) {
    return isDeleted ? "the provider is deleted already" : "the provider is not deleted"
  }
  practice.providers.setDeleted(providerId, isDeleted)
  return { providerId }
}

const noProvider = "there is no such provider"
