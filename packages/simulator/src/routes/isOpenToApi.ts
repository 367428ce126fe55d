/** A few slots of every practice are not marked as open to the API: booking them needs `ignoreschedulablepermission`. */
export const isOpenToApi = (slotId: number): boolean => slotId % 13 !== 5
