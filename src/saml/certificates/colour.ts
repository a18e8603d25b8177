import type { TrustedCertificate } from '../certificate.js'

const DAY = 86_400
/** Exactly so many days left is yellow still (C24). */
export const YELLOW_DAYS = 90

export type CertificateColour = 'red' | 'yellow' | 'green'

/**
 * R063, R071: red has expired, yellow expires in 90 days or less, green lasts longer. One that is not valid yet is not
 * green: the guide calls so only what is valid now.
 */
export function colourOf({ notBefore, notAfter }: TrustedCertificate, now: number): CertificateColour {
  if (now > notAfter) return 'red'
  return now >= notBefore && notAfter - now > YELLOW_DAYS * DAY ? 'green' : 'yellow'
}

/** Whole days until the end, rounded down: 0 on the last day, and less than 0 once it has passed. */
export function daysLeft({ notAfter }: TrustedCertificate, now: number): number {
  return Math.floor((notAfter - now) / DAY)
}

/** The first instant at which a certificate is yellow. */
export function yellowAt({ notAfter }: TrustedCertificate): number {
  return notAfter - YELLOW_DAYS * DAY
}

/** The last instant up to which, from now on, one of them is valid at every instant; undefined where none is now. */
export function validUntil(certificates: readonly TrustedCertificate[], now: number): number | undefined {
  let until: number | undefined
  for (;;) {
    const from = until === undefined ? now : until + 1
    const ends = certificates
      .filter(({ notBefore, notAfter }) => notBefore <= from && notAfter >= from)
      .map(({ notAfter }) => notAfter)
    if (ends.length === 0) return until
    until = Math.max(...ends)
  }
}
