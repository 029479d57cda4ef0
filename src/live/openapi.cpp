#include <map>
#include <nlohmann/json.hpp>

#include "live/routes.hpp"

namespace parlante {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(std::string_view type) {
  if (type == "application/json") return {{"type", "object"}};
  if (type == "text/plain" || type == "text/html" || type == "application/sdp") return {{"type", "string"}};
  return {{"type", "string"}, {"format", "binary"}};
}

Json form_of(const Route& route) {
  Json properties = Json::object(), required = Json::array();
  for (const FormField& field : route.fields) {
    properties[field.name] = {{"type", "string"}, {"description", field.meaning}};
    if (field.file) properties[field.name]["format"] = "binary";
    if (field.required) required.push_back(field.name);
  }
  Json schema = {{"type", "object"}, {"properties", properties}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

std::string parameter_in(std::string_view path) {
  const auto begin = path.find('{'), end = path.find('}');
  return begin == std::string_view::npos ? std::string()
                                         : std::string(path.substr(begin + 1, end - begin - 1));
}

Json operation(const Route& route) {
  Json made = {{"summary", route.summary}};
  if (!route.open) made["security"] = Json::array({{{"token", Json::array()}}});
  if (const std::string name = parameter_in(route.path); !name.empty())
    made["parameters"] =
        Json::array({{{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}});
  if (route.body == BodyKind::sdp) {
    made["requestBody"] = {{"required", true},
                           {"content", {{"application/sdp", {{"schema", schema_of("application/sdp")}}}}}};
  } else if (route.body != BodyKind::none) {
    const char* type = route.body == BodyKind::text ? "application/json" : "multipart/form-data";
    made["requestBody"] = {{"required", true}, {"content", {{type, {{"schema", form_of(route)}}}}}};
  }
  Json answers = Json::object();
  for (const RouteAnswer& answer : route.answers) {
    Json one = {{"description", answer.meaning}};
    if (answer.type[0] != '\0') one["content"][answer.type]["schema"] = schema_of(answer.type);
    answers[std::to_string(answer.status)] = one;
  }
  answers["default"] = {
      {"description", "What is wrong."},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  made["responses"] = answers;
  return made;
}

}  // namespace

std::string openapi_json() {
  Json paths = Json::object();
  for (const Route& route : routes()) {
    std::string method;
    for (const char* c = route.method; *c; ++c) method += static_cast<char>(*c - 'A' + 'a');
    paths[route.path][method] = operation(route);
  }
  const Json text = {{"type", "string"}};
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "parlante"}, {"version", PARLANTE_VERSION}, {"description", "A photo that speaks, live."}}},
      {"paths", paths},
      {"components",
       {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
        {"schemas",
         {{"Error",
           {{"type", "object"},
            {"properties",
             {{"error", {{"type", "object"}, {"properties", {{"code", text}, {"message", text}}}}}}}}}}}}}};
  return document.dump(1) + "\n";
}

}  // namespace parlante
