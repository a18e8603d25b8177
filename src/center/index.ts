export type { Established, EstablishPerson } from './browser/establish.js'
export type { BrowserReply, Visit } from './browser/visit.js'
export { createCenter, MAX_BODY_BYTES, type Center, type CenterOptions } from './center.js'
export { validateCenterConfig, type CenterAccessKey, type CenterConfig, type CenterRole } from './config.js'
export {
  permissionSetRoleARN,
  type CenterAccount,
  type CenterPermissionSet,
  type CenterPortal,
} from './portalConfig.js'
export { startCenter, type CenterServer, type ServerOptions } from './server.js'
