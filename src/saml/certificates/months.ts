/**
 * The same time of day so many calendar months later, or the last day of that month where it has no such day. In UTC,
 * which knows no daylight saving; epoch seconds count no leap seconds, and neither do the dates of certificates.
 */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  return Date.UTC(year, month, day, from.getUTCHours(), from.getUTCMinutes(), from.getUTCSeconds()) / 1000
}
