export { directoryOf } from './directoryOf.js'
export { findUsers, parseUsers } from './users.js'
export { readUsers, type UsersSubject } from './usersFile.js'
export { usersRules } from './usersRules.js'
