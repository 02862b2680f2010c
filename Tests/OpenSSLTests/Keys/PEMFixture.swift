import Testing

/// A private key made for these tests, and for nothing else.
struct PEMFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String

  var bytes: [UInt8] { Array(text.utf8) }
  var testDescription: String { name }
}

extension PEMFixture {
  /// The RSA key of RFC 7515 A.2, in traditional form.
  static let rfc7515RSA = PEMFixture(
    name: "rfc7515RSA",
    text: """
      -----BEGIN RSA PRIVATE KEY-----
      MIIEowIBAAKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0
      l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL+yRT+SFd2lZS+pC
      gNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb/7OMg0LOL+bSf63kpaSHSX
      ndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD
      Zlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoudF8NAco9/h9iaGNj8
      q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQABAoIBABKucaRpzQorw35S
      bEUAVx8dYXUdZOlJcHtiWQ+dC6V8ljxAHj/PLyzTveyI5QO/xkObCyjIL303l2cf
      UhPu2MFaJdjVzqACXuOrLot/eSFvxjvqVidTtAZExqFRJ9mylUVAoLvhowVWmC1O
      n95fZCXxTUtxNEG1Xcc7m0rtzJKs45J+N/V9DP1edYH6USyPSWGp6wuA+KgHRnKK
      Vf9GRx80JQY7nVNkL17eHoTWEwga+lwi0FEoW9Y7lDtWXYmKBWhUE+U8PGxlJf8f
      40493HDw1WRQ/aSLoS4QTp3rn7gYgeHEvfJdkkf0UMhlknlo53M09EFPdadQ4TlU
      bjqKc50CgYEA4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH/5IB3jw3bcxGn6QLvnE
      tfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw/Py5PJdTJNPY8cQn7ouZ2KKDcmnPG
      BY5t7yLc1QlQ5xHdwW1VhvKn+nXqhJTBgIPgtldC+KDV5z+y2XDwGUcCgYEAuQPE
      fgmVtjL0Uyyx88GZFF1fOunH3+7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYs
      p1ZSe7zFYHj7C6ul7TjeLQeZD/YwD66t62wDmpe/HlB+TnBA+njbglfIsRLtXlnD
      zQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdcCgYAHAp9XcCSrn8wVkMVkKdb7
      DOX4IKjzdahm+ctDAJN4O/y7OW5FKebvUjdAIt2GuoTZ71iTG+7F0F+lP88jtjP4
      U4qe7VHoewl4MKOfXZKTe+YCS1XbNvfgwJ3Ltyl1OH9hWvu2yza7q+d5PCsDzqtm
      27kxuvULVeya+TEdAB1ijQKBgQCH/3r6YrVH/uCWGy6bzV1nGNOdjKc9tmkfOJmN
      54dxdixdpozCQ6U4OxZrsj3FcOhHBsqAHvX2uuYjagqvo3cOj1TRqNocX40omfCC
      Mx3bD1yPPf/6TI2XECva/ggqEY2mYzmIiA5LVVmc5nrybr+lssFKneeyxN2Wq93S
      0iJMdQKBgCGHewxzoa1r8ZMD0LETNrToK423K377UCYqXfg5XMclbrjPbEC3YI1Z
      NqMtuhdBJqUnBi6tjKMF+34Xf0CUN8ncuXGO2CAYvO8PdyCixHX52ybaDjy1FtCE
      6yUXjoKNXKvUm7MWGsAYH6f4IegOetN5NvmUMFStCSkh7ixZLkN1
      -----END RSA PRIVATE KEY-----
      """)

  /// The same key as PKCS#8.
  static let rfc7515RSAAsPKCS8 = PEMFixture(
    name: "rfc7515RSAAsPKCS8",
    text: """
      -----BEGIN PRIVATE KEY-----
      MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
      jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
      aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
      juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
      ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
      toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
      VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
      PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
      O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
      kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
      XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
      4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
      pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
      0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
      lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
      kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
      rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
      kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
      5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
      9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
      evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
      yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
      OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
      tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
      ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
      03k2+ZQwVK0JKSHuLFkuQ3U=
      -----END PRIVATE KEY-----
      """)

  /// A P-256 key in traditional form.
  static let ec = PEMFixture(
    name: "ec",
    text: """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIB0GIeijkXJVFu0puVs7/wEIzkjsbIR/U7XeleYg0hkXoAoGCCqGSM49
      AwEHoUQDQgAEDI9rQLaevoq15mjt01Kb8vjdOSySZ+r+sZcLB3pkUNXa03clMgHL
      smwnNdf++bp4YEKlVEXGHiGqld4y3SMPaQ==
      -----END EC PRIVATE KEY-----
      """)

  /// The same key as PKCS#8.
  static let ecAsPKCS8 = PEMFixture(
    name: "ecAsPKCS8",
    text: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHQYh6KORclUW7Sm5
      Wzv/AQjOSOxshH9Ttd6V5iDSGRehRANCAAQMj2tAtp6+irXmaO3TUpvy+N05LJJn
      6v6xlwsHemRQ1drTdyUyAcuybCc11/75unhgQqVURcYeIaqV3jLdIw9p
      -----END PRIVATE KEY-----
      """)

  /// The same key as PKCS#8, encrypted.
  static let encrypted = PEMFixture(
    name: "encrypted",
    text: """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgbCsbEayFmegICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKt6ykZfOeIzvhWqKnBMNiwEgZCH
      FNkO6yO/kpiz9EuUsb2EiZc9M0jETaK3XIFwH7lZiRi9cwOG71wLRgy6EdHdasZM
      OFhm4pV6GLiGEfu7ProB4SyeBVPo4dCDRADikuf3bPzlENxvK6zwI69a7DoUVj3L
      WwCzFd/C+6cOsYEVk2XE4YqX0rpkc9zpOUR+yNfIwxVJacvaaxrpLWC8JZWmLmc=
      -----END ENCRYPTED PRIVATE KEY-----
      """)

  /// The scalar of one P-256 key with the point of another.
  static let mismatched = PEMFixture(
    name: "mismatched",
    text: """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIB0GIeijkXJVFu0puVs7/wEIzkjsbIR/U7XeleYg0hkXoAoGCCqGSM49
      AwEHoUQDQgAE9au/JQq3CugnKByxSX/xv2xBneldTTWXO9QdOZlDz5u2J0ZSdPaE
      Yy84Zqz7VNuY4JuO1SNpAITYKPoLnsiCKg==
      -----END EC PRIVATE KEY-----
      """)

  /// A key on another curve.
  static let p384 = PEMFixture(
    name: "p384",
    text: """
      -----BEGIN PRIVATE KEY-----
      MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCebQwzJWkbRoQHFhBl
      7wmMryCwOuDzbXpi63rXRmyfPTbJLgnModS23sQQ7/dwTuChZANiAAQ4HttUN+0O
      E2+MnKN/QwmRJgekxkaCdTZ5YeSFYzi2brMASLIFFTqu+BOzZlwtMXmt6K9PCz1p
      f5RgZEORLQgmAO8ZKTvEpU7NAqybqhmriyE0l+J9clGX3HzFgktiE7c=
      -----END PRIVATE KEY-----
      """)

  /// A key of another kind.
  static let ed25519 = PEMFixture(
    name: "ed25519",
    text: """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIM/ECHCHkxC26n/HJ3s+KONs59hhuvoL98+LSNodb2TX
      -----END PRIVATE KEY-----
      """)

  /// An RSA key bound to PSS, which RS256 is not.
  static let rsaPSS = PEMFixture(
    name: "rsaPSS",
    text: """
      -----BEGIN PRIVATE KEY-----
      MIIEugIBADALBgkqhkiG9w0BAQoEggSmMIIEogIBAAKCAQEAtrE/anFy3Wu5Qs8D
      yYuPKJIj0D+udBieI+QHqYFsjfFdRDCtgPeJdTZVZIA1HmIGNteafCTYz1ip3N4N
      ufkLK2nc1wsvpQvzCyhwb1RX++/5ZUk1rjtIE/Cj0rYcsSDehwCz6+5L0FOwfeoe
      TOFV/HjTCNR0C/MC6QtfOq/ZzhWkQGQLE+Wp60MABCEuwXsTxfTVzuPgWI2MJup0
      G40pqwmQNE78f1dIg58/Je/gJAJL/uhj88VRV3ARvcKJHQ/IeEivfcPIYD1JTMGX
      CaEDMEvgiA7SYj5JaiLgRGAfLunf0GLeIRxdA0z55m3XONcLWZabiDeU2rywDfBK
      +xiqmwIDAQABAoIBAEvkm/yC/n2fF4n6Z49dS25GL1x+Z+FQrLkqLEitPERHBUCj
      nCAcNN0dYiHq5KYngH9d145E3FBee8oF8NvV6l7xjk1DF1rP+PokpXiKKDa/vPHn
      lMY5WDr4V4XcI1Ut22Nn1lZnWtVDPuk/zbCQV2EXbEuZvk+MdyQKllfR34AtZgZc
      VHiwuiwPNfyEKPAc7w2u45r3AX+wkE1HDgl+2W7ijUxvZY89wF6TV/1ynfE8umri
      IR02OHpAhDniKM9iNWPYXifRkl+z0rP390rVqqpvbvRVJyfgLXYgsIWJop6V58q8
      MW+YYZvh48a7yA2uds76JyEPmw7CXPgFmxqROZECgYEA96aZRZ1+nqirrdApn2AD
      C7a9lcr4bd9bProgVqLF1QHCw9Gf+8dPXQCYVgpMYiGCFRyAeXbDleqaKe9TgrAw
      Kh7yrvSmwyiC8IXhHkRyPL+WLvqBAp12WPzJXaR5OZKIGT47T+p9FY3CW4zalI66
      6cpV/NNSJYBoJAs+0t+79oMCgYEAvNoDFpVC/mOmHJ3+yWxz8u8pPwBLNEZOY7/c
      3Ktxl/12fUIiAy+WtcUYlUf1kYNiFKRSRR8t5GF1NWzmoFSal6TfneUk7527K6Jq
      JlqPpDPaD6leDG2N9NMvHWhDHwsGBp50NUo/i0WgvOd49j2v4LO8pWi28d/I6cGL
      Alv/AAkCgYAOX+EtpUKgOvIcGKUR1yTWHTlL5Ige+IP3VB5kaPZKstt3Okeq+Zql
      r08oT1i3qXI/f3QFmNspbICeRoH2Z/ujtkAn35N+aG+RPnQeqaJn3Eb/WxL57+Ha
      sHGPueg/az3zGSWgMeAozB2n6rkVPmOjBlePYUS3YIiq7uwqmUnzuQKBgBvUnQPk
      9zx5/u7UscmJPAUfDZsFNg/8FG1KxweWFGVrqtyGtHB3wOQEqbzGIABTtk6IcL9S
      +vZfDmDTLaGPFkEmwPWJ4UmWmxCxHKeOTQDLy2Tndr6qHnNn89eHl+ypOTgcfc+k
      o3yoxClSi1bufE7G7hQKPHukmP0p0oyEdi3RAoGADr+s+gMZSYWt6x1MsuL4qDOk
      xbF40CLxTnqxcY+4TgxZHYPrrw9tbCXjtrSRqKZOijPt3QO+q8P5uJC/D+/zpYS3
      Uc2SAUDNM2WYx1++0bDYexxU2vEMT320HowLujegJavTq+SIqAHAVV6qLBCNbySE
      NkVratVu6rHpt6OMhFc=
      -----END PRIVATE KEY-----
      """)

  /// An RSA key that is too small.
  static let rsa1024 = PEMFixture(
    name: "rsa1024",
    text: """
      -----BEGIN PRIVATE KEY-----
      MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAMYUakGHntoBfDt7
      gW6yMDSlR/SApgkz/cIzHNGZVA0iz336ti4CLSrKesBuWJQHSg3gK1JNdaxT/rgR
      m9y5yS88UhipysmTENhywWYmkwVuToHE4v93Iw0XId1pw+nWCT5eiAPpVj5ffWXA
      UPIu/UzJYQHvWsbwl95SbGziv2oRAgMBAAECgYB+qDsxX7kRiXWYy2Z+E+6DG1Sh
      YUnKBLa0YN6Cn9qA88tdsNyhGr8q54IKXgTB0s9lg/vvipw97w+nP4s8XofnTJGa
      wQUTy/c6iq8KfZ/0uKxXIC4oSjAwaTtkvFfGo1nStcWA7vhR+MWh5Nw8NeNP9hcG
      gKtvkGZPxU/V7CsC4QJBAPvHC2vNlrx8YjvFEOdNItTQNj69xczfr5a506YaVJ7J
      Yp4BJbeVcf3xFGcHI2Uu8254IX6xuKxnHmJOPkAx3tUCQQDJZtR8jrt2tm+6R+rf
      70I5gO9vY1NYR1UWSJoVM3ea62uxU5kAftQe11sFtJXBOEdJ4lxqiiSposDR59eL
      29RNAkB/ghBQqi+aiUuehXDIExJ+wGuYXrdbyDS+mqGLT25ndAnThzU4wiCWwI7a
      lozgY2S5H3GnHg4ukZKbqpBwJlF5AkBq9yFNkiUAVL6cSgv1qUYb8l24ZCFk1mXb
      cu3a6r3QWs6UnJi7SaDxTGF8cz/CIljCZeW9c+cq7VTJZv/0uOlVAkBMYig2kVC1
      TfOz4rIiFLB6+7TzkAnm0Hde2/PzjEHZyG+7sqLMv79X1W7jYqyE4cQR78bwC6NW
      Opz2PPUk31/I
      -----END PRIVATE KEY-----
      """)
}
