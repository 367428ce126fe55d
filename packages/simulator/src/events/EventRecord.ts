/** An event of the platform: something that happened to a record, under a topic. */
export interface EventRecord {
  /** A UUID, the same wherever the event is told; receivers know duplicates by it. */
  readonly id: string
  readonly topic: string
  readonly practiceId: string
  readonly localId: string
  readonly patientId: string | undefined
  readonly departmentId: string | undefined
  /** The department's chart sharing group. */
  readonly chartSharingGroupId: string | undefined
  /** When it happened, epoch milliseconds of the world. */
  readonly at: number
}
