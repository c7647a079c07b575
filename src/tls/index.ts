export { type Certificate, loadCertificate } from './certificate.ts'
