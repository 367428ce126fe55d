/** Texts to plant: unlike any that the code has a reason to write, and none of them has the form of an id. */

/** Stands for what identifies a person. It may come out where a protected value is revealed, and nowhere else. */
export const marker = "Zquuxwyvern"

/** Stands for what a program is handed as a plain value, such as a status: in the record itself, and nowhere else. */
export const plainMarker = "Vexhobgrim"

/** A social security number, as text and as the number that JSON may hold. */
export const socialSecurity = { text: "987-65-4321", number: 987_654_321 } as const

/** Everything that must not come out. */
export const everyMarker: ReadonlyArray<string> = [
  marker,
  plainMarker,
  socialSecurity.text,
  String(socialSecurity.number)
]

/** What must not come out of a record that is printed. */
export const protectedMarkers: ReadonlyArray<string> = everyMarker.filter((text) => text !== plainMarker)
