package import JOSE
import OpenSSL

extension SigningKey {
  /// Among keys of one use exactly one is active.
  package struct Use: Hashable, Sendable, CustomStringConvertible {
    package let purpose: Purpose
    package let algorithm: SignatureAlgorithm

    package init(purpose: Purpose, algorithm: SignatureAlgorithm) {
      self.purpose = purpose
      self.algorithm = algorithm
    }

    /// All uses, in the order in which keys are shown.
    package static let all = Purpose.allCases.flatMap { purpose in
      SignatureAlgorithm.allCases.map { Use(purpose: purpose, algorithm: $0) }
    }

    package var description: String {
      switch purpose {
      case .set: "\(algorithm.rawValue) key"
      case .token: "\(algorithm.rawValue) key for access tokens"
      }
    }

    /// What a key of this use is made as, where no other decides.
    var keyType: KeyType {
      switch algorithm {
      case .rs256: .rsa(bits: 2048)
      case .es256: .p256
      }
    }
  }

  package var use: Use { Use(purpose: purpose, algorithm: algorithm) }
}
