export {
  buildReport,
  type Report,
  type ReportedRule,
  type ReportInput,
  type ReportSubject,
} from './report.js'
export { colour, plain, type Style } from './style.js'
export { findingLines, textReport } from './textReport.js'
