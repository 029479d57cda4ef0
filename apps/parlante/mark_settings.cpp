#include "mark_settings.hpp"

namespace parlante::app {

std::vector<Option> option_table(ConsentSettings& s) {
  return {{"consent",
           "Whose face it is: self (your own), permitted (of a person who agreed), synthetic (of nobody), "
           "historic "
           "(of a person of the past). Asked once for each portrait on a terminal, and remembered.",
           &s.consent}};
}

std::vector<Option> option_table(SignSettings& s) {
  return {
      {"sign-cert", "Certificates to sign with (PEM, the signer's first), in place of this installation's.",
       &s.certificate},
      {"sign-key", "The key of that certificate (PEM, readable by you alone).", &s.key},
      {"time-stamp",
       "URL of a service that confirms the time of signing (RFC 3161); it is sent a hash. Empty: none is "
       "asked.",
       &s.time_stamp}};
}

std::vector<Option> option_table(LabelSettings& s) {
  return {{"label",
           "When the visible label \"AI\" is seen: repeat (three seconds at the start, two of every thirty), "
           "start, "
           "always, or off: then whoever publishes the film must label it.",
           &s.label,
           0,
           0,
           {"off", "start", "repeat", "always"}}};
}

std::vector<Option> option_table(VerifySettings& s) {
  return {{"trust", "Certificates of CAs to trust (PEM), besides this installation's own.", &s.trust},
          {"quick",
           "Look for the mark at the sizes that parlante makes only: faster, misses films made smaller or "
           "larger.",
           &s.quick}};
}

std::vector<Option> option_table(KeySettings& s) {
  return {{"export",
           "Write the CA's certificate (PEM) to this file, or - for standard output: for others, to trust.",
           &s.export_to},
          {"renew", "Make new keys, over the old ones.", &s.renew}};
}

}  // namespace parlante::app
