/// Which rule a message broke: one stable code per rule of the strict profile of RFC 9110 and RFC 9112 that
/// the parsers keep. The raw value is for metrics and logs, the description for people.
package enum MessageFault: String, Error, Hashable, Sendable, CaseIterable {
  // Lines (RFC 9112 §2.2)
  case bareCarriageReturn = "bare_cr"
  case bareLineFeed = "bare_lf"
  case controlCharacter = "control_character"

  // Request line (RFC 9112 §3)
  case requestLineTooLong = "request_line_too_long"
  case malformedRequestLine = "malformed_request_line"
  case malformedMethod = "malformed_method"
  case unknownMethod = "unknown_method"
  case malformedVersion = "malformed_version"
  case unsupportedVersion = "unsupported_version"
  case malformedTarget = "malformed_target"

  // Status line (RFC 9112 §4)
  case malformedStatusLine = "malformed_status_line"

  // Field lines (RFC 9112 §5)
  case headerBlockTooLarge = "header_block_too_large"
  case tooManyFields = "too_many_fields"
  case leadingBlank = "leading_blank"
  case foldedField = "folded_field"
  case missingColon = "missing_colon"
  case malformedFieldName = "malformed_field_name"
  case forbiddenTrailer = "forbidden_trailer"

  // Host (RFC 9112 §3.2)
  case missingHost = "missing_host"
  case repeatedHost = "repeated_host"
  case malformedHost = "malformed_host"
  case authorityMismatch = "authority_mismatch"

  // Framing (RFC 9112 §6)
  case lengthAndTransferEncoding = "length_and_transfer_encoding"
  case repeatedContentLength = "repeated_content_length"
  case malformedContentLength = "malformed_content_length"
  case repeatedTransferEncoding = "repeated_transfer_encoding"
  case malformedTransferEncoding = "malformed_transfer_encoding"
  case unknownTransferCoding = "unknown_transfer_coding"
  case transferEncodingBefore11 = "transfer_encoding_before_1_1"
  case bodyTooLarge = "body_too_large"
  case unknownExpectation = "unknown_expectation"

  // Chunked coding (RFC 9112 §7.1)
  case malformedChunkSize = "malformed_chunk_size"
  case malformedChunkExtension = "malformed_chunk_extension"
  case chunkExtensionsTooLong = "chunk_extensions_too_long"
  case malformedChunkEnd = "malformed_chunk_end"
}

extension MessageFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .bareCarriageReturn: "a carriage return is not followed by a line feed"
    case .bareLineFeed: "a line ends with a line feed alone: lines end with CR LF"
    case .controlCharacter: "a line holds a control character"
    case .requestLineTooLong: "the request line is too long"
    case .malformedRequestLine: "the request line is not 'METHOD target HTTP/1.1' with single spaces"
    case .malformedMethod: "the method is not a token"
    case .unknownMethod: "the method is not supported"
    case .malformedVersion: "the protocol version is malformed"
    case .unsupportedVersion: "the protocol version is not supported: use HTTP/1.1"
    case .malformedTarget: "the request target is malformed: send a percent-encoded path and query"
    case .malformedStatusLine: "there is no status line 'HTTP/1.1 code reason'"
    case .headerBlockTooLarge: "the header fields are too large"
    case .tooManyFields: "there are too many header fields"
    case .leadingBlank: "the first header line begins with white space"
    case .foldedField: "a header field is folded over several lines"
    case .missingColon: "a header line has no colon"
    case .malformedFieldName: "a header field name is empty, is not a token or is followed by white space"
    case .forbiddenTrailer: "a trailer field repeats what frames or routes the message"
    default: framingDescription
    }
  }

  private var framingDescription: String {
    switch self {
    case .missingHost: "the Host field is missing"
    case .repeatedHost: "there is more than one Host field"
    case .malformedHost: "the Host field is not a host with an optional port"
    case .authorityMismatch: "the authority of the request target differs from the Host field"
    case .lengthAndTransferEncoding: "both Content-Length and Transfer-Encoding are given"
    case .repeatedContentLength: "there is more than one Content-Length field"
    case .malformedContentLength: "Content-Length is not a number of 1 to 18 digits"
    case .repeatedTransferEncoding: "there is more than one Transfer-Encoding field"
    case .malformedTransferEncoding: "Transfer-Encoding is not exactly 'chunked'"
    case .unknownTransferCoding: "the transfer coding is not supported: use 'chunked'"
    case .transferEncodingBefore11: "Transfer-Encoding is given on HTTP/1.0"
    case .bodyTooLarge: "the body is too large"
    case .unknownExpectation: "the expectation is not '100-continue'"
    case .malformedChunkSize: "a chunk size is not 1 to 16 hexadecimal digits, or is too large"
    case .malformedChunkExtension: "a chunk extension holds a control character"
    case .chunkExtensionsTooLong: "the chunk extensions are too long"
    case .malformedChunkEnd: "a chunk is not followed by CR LF"
    default: rawValue
    }
  }
}
