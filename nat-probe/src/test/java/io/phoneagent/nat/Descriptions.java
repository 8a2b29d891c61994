// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/** What an IGD says of itself and of its address, as miniupnpd and others write it. */
final class Descriptions {
  static final String IP = "urn:schemas-upnp-org:service:WANIPConnection:";
  static final String PPP = "urn:schemas-upnp-org:service:WANPPPConnection:";

  private Descriptions() {}

  /** A description with these services, below two devices. */
  static String of(String... services) {
    return """
        <?xml version="1.0"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0" configId="1337">
         <specVersion><major>1</major><minor>1</minor></specVersion>
         <device>
          <deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
          <friendlyName>Anna &amp; Bert&apos;s router</friendlyName>
          <serviceList><service>
           <serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
           <controlURL>/ctl/L3F</controlURL><eventSubURL>/evt/L3F</eventSubURL>
          </service></serviceList>
          <deviceList><device><deviceList><device><serviceList>"""
        + String.join("", services)
        + "</serviceList></device></deviceList></device></deviceList></device></root>";
  }

  static String service(String type, String control, String events) {
    return "<service><serviceType>"
        + type
        + "</serviceType><serviceId>x</serviceId><controlURL>"
        + control
        + "</controlURL><eventSubURL>"
        + events
        + "</eventSubURL><SCPDURL>/x.xml</SCPDURL></service>";
  }

  static String ipConnection() {
    return of(service(IP + "1", "/ctl/IPConn", "/evt/IPConn"));
  }

  static String envelope(String body) {
    return "<?xml version=\"1.0\"?>\r\n"
        + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
        + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"
        + body
        + "</s:Body></s:Envelope>\r\n";
  }

  static String address(String address) {
    return envelope(
        "<u:GetExternalIPAddressResponse xmlns:u=\""
            + IP
            + "1\"><NewExternalIPAddress>"
            + address
            + "</NewExternalIPAddress></u:GetExternalIPAddressResponse>");
  }

  static String status(String status) {
    return envelope(
        "<u:GetStatusInfoResponse xmlns:u=\""
            + IP
            + "1\"><NewConnectionStatus>"
            + status
            + "</NewConnectionStatus><NewLastConnectionError>ERROR_NONE</NewLastConnectionError>"
            + "<NewUptime>17</NewUptime></u:GetStatusInfoResponse>");
  }

  static String fault(String code, String text) {
    return envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
            + "<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>"
            + code
            + "</errorCode><errorDescription>"
            + text
            + "</errorDescription></UPnPError></detail></s:Fault>");
  }

  static String event(String address) {
    return event(address, 2);
  }

  static String event(String address, int mappings) {
    return "<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\">"
        + "<e:property><PossibleConnectionTypes>IP_Routed</PossibleConnectionTypes></e:property>"
        + "<e:property><ConnectionStatus>Connected</ConnectionStatus></e:property>"
        + "<e:property><ExternalIPAddress>"
        + address
        + "</ExternalIPAddress></e:property><e:property><PortMappingNumberOfEntries>"
        + mappings
        + "</PortMappingNumberOfEntries></e:property></e:propertyset>";
  }
}
