const DURATION =
  /^P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?(?:(\d{1,12})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.\d{1,9})?S)?)?$/

const DAY = 86_400
/** 100 years: nobody means more. */
export const MAX_DURATION_SECONDS = 100 * 365 * DAY

/**
 * An xs:duration as seconds, parts of a second dropped; a year counts 365 days and a month 30. Negative ones are none.
 */
export function durationSeconds(text: string): number | 'malformed' | 'too-long' {
  const match = text.length <= 64 && !/[PT]$/.test(text) ? DURATION.exec(text) : null
  if (!match) return 'malformed'
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0))
  const total = (years * 365 + months * 30 + days) * DAY + hours * 3600 + minutes * 60 + seconds
  return total > MAX_DURATION_SECONDS ? 'too-long' : total
}
