/** Logical ids (dossier H.9), as the FHIR server writes and reads them. */

export const logicalId = (practiceId: string, kind: string, localId: number | string): string =>
  `a-${practiceId}.${kind}-${localId}`

export interface LogicalId {
  readonly practiceId: string
  readonly kind: string
  readonly localId: string
}

/** A logical id, alone or at the end of a reference. */
export const parseLogicalId = (text: string): LogicalId | undefined => {
  const [, practiceId, kind, localId] = /(?:^|\/)a-(\d+)\.([A-Za-z]+)-([^/]+)$/.exec(text) ?? []
  if (practiceId === undefined || kind === undefined || localId === undefined) return undefined
  return { practiceId, kind, localId }
}

/** The practice that `ah-practice` names: `Organization/a-1.Practice-195900`, or without the type. */
export const practiceNamed = (text: string): string | undefined => {
  const id = parseLogicalId(text)
  return id?.practiceId === "1" && id.kind === "Practice" ? id.localId : undefined
}
