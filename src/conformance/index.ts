export { htmlReport } from './htmlReport.js'
export type { Place } from './place/excerpt.js'
export type { SourceText } from './place/places.js'
export {
  buildReport,
  type Report,
  type ReportedFinding,
  type ReportedRule,
  type ReportInput,
  type ReportSubject,
} from './report.js'
export { colour, plain, type Style } from './style.js'
export { findingLines, textReport, type TextReportOptions } from './textReport.js'
export { whyOf } from './why/index.js'
