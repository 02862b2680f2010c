import HTTP
import IdentitySources
import JSON
import SharedSignals
import Transmitter

/// The one place where errors of the domain become answers.
extension APIError {
  init(_ error: any Error) {
    switch error {
    case let error as APIError: self = error
    case let error as RegistryError: self.init(registry: error)
    case let error as AccessError: self.init(access: error)
    case let error as KeyRingError: self.init(keyRing: error)
    case let error as TokenRequestError: self.init(token: error)
    case let error as ScopeError: self = .invalid(["scopes"], error.description)
    case let error as SubmissionError:
      self = .invalid(error.faults.map { Fault(pointer: $0.pointer, text: $0.text) })
    case let error as SubjectError: self = .invalid(error.pointer, error.message)
    case let error as IntakeError: self.init(intake: error)
    case let error as ArchiveError: self.init(archive: error)
    case let error as IdentitySourceError: self.init(identitySource: error)
    case let error as StoreError: self.init(store: error)
    case let error as BackupError: self.init(backup: error)
    case let error as ClockError:
      self.init(.serviceUnavailable, .unavailable, error.description)
      retryAfter = .seconds(5)
    case let error as AuditError: self.init(audit: error)
    case let error as JSONSyntaxError:
      self.init(.badRequest, .invalidRequest, "the body is not valid JSON: \(error)")
      isUnreadable = true
    default:
      self.init(
        .internalServerError, .internalError,
        "the transmitter failed; its log tells why, under this request's id")
    }
  }

  private init(registry error: RegistryError) {
    switch error {
    case .noSuchStream, .noSuchClient: self.init(.notFound, .notFound, error.description)
    case .tooManyStreams: self.init(.conflict, .conflict, error.description)
    case .tooManySubjects: self.init(.forbidden, .forbidden, error.description)
    case .invalid(let pointer, let text): self = .invalid(pointer, text)
    case .verificationTooSoon(let wait), .tooManyChanges(let wait):
      self.init(.tooManyRequests, .tooSoon, error.description)
      retryAfter = wait
    }
  }

  private init(access error: AccessError) {
    switch error {
    case .noSuchClient, .noSuchToken, .noSuchSecret: self.init(.notFound, .notFound, error.description)
    case .clientExists, .tooManyTokens, .tooManySecrets, .lastAdministrator:
      self.init(.conflict, .conflict, error.description)
    case .malformedClientID: self = .invalid(["id"], error.description)
    case .longDescription: self = .invalid(["description"], error.description)
    case .malformedAudience: self = .invalid(["audience"], error.description)
    case .scopesExceedClient: self = .invalid(["scopes"], error.description)
    }
  }

  private init(keyRing error: KeyRingError) {
    switch error {
    case .noSuchKey: self.init(.notFound, .notFound, error.description)
    case .keyExists, .tooManyKeys, .withdrawn: self.init(.conflict, .conflict, error.description)
    case .noActiveKey: self.init(.serviceUnavailable, .unavailable, error.description)
    }
  }

  private init(intake error: IntakeError) {
    switch error {
    case .malformedKey: self.init(.badRequest, .invalidRequest, error.description)
    case .keyReused: self.init(.unprocessableContent, .keyReused, error.description)
    }
  }

  private init(archive error: ArchiveError) {
    switch error {
    case .noSuchDelivery: self.init(.notFound, .notFound, error.description)
    case .notReplayable, .outdated, .notDiscardable, .disabledStream:
      self.init(.conflict, .conflict, error.description)
    case .unchangeableState: self = .invalid(["state"], error.description)
    case .unnamedStream: self = .invalid(["stream_id"], error.description)
    case .malformedReason: self = .invalid(["reason"], error.description)
    }
  }

  private init(store error: StoreError) {
    self.init(.serviceUnavailable, .unavailable, "nothing was kept: \(error)")
    retryAfter = .seconds(5)
  }

  private init(audit error: AuditError) {
    switch error {
    case .cannotRecord: self.init(.serviceUnavailable, .unavailable, error.description)
    case .tooManyChanges(let wait):
      self.init(.tooManyRequests, .tooSoon, error.description)
      retryAfter = wait
    }
  }

  private init(backup error: BackupError) {
    switch error {
    case .busy, .exists, .notABackup: self.init(.conflict, .conflict, error.description)
    case .noSpace, .failed, .notSynced: self.init(.serviceUnavailable, .unavailable, error.description)
    default: self = .invalid(["path"], error.description)
    }
  }

  private init(identitySource error: IdentitySourceError) {
    switch error {
    case .noSuchSource, .noSuchSession, .noSuchIdentity: self.init(.notFound, .notFound, error.description)
    case .sourceExists, .identityExists, .notHeld, .dryRunWaiting:
      self.init(.conflict, .conflict, error.description)
    case .malformedSourceID: self = .invalid(["id"], error.description)
    case .invalid(let pointer, let text): self = .invalid(pointer, text)
    // Okta answers these with 400.
    case .wrongStatus, .sessionOpen, .importTooSoon, .nothingUploaded, .tooManyUploads, .tooManyWaiting:
      self.init(.badRequest, .invalidRequest, error.description)
    }
  }
}
