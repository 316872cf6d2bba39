//! Whether a value fits a JSON Schema, for the keywords that ours uses; any other is a failure, so
//! that none goes unchecked.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

/// What is wrong with a value: where and why.
pub(crate) fn mistakes(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema }.check(schema, value, "", &mut found);
    found
}

struct Checker<'s> {
    root: &'s Value,
}

impl Checker<'_> {
    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found.is_empty()
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (keyword, rule) in schema.as_object().unwrap() {
            let is_right = match keyword.as_str() {
                "$ref" => {
                    let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.root.pointer(pointer).unwrap(), value, at, found);
                    true
                }
                "allOf" => rules(rule).iter().all(|rule| self.fits(rule, value)),
                "anyOf" => rules(rule).iter().any(|rule| self.fits(rule, value)),
                "oneOf" => {
                    rules(rule)
                        .iter()
                        .filter(|rule| self.fits(rule, value))
                        .count()
                        == 1
                }
                "properties" | "additionalProperties" => continue,
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{index}"), found);
                    }
                    true
                }
                "required" => value.as_object().is_none_or(|object| {
                    let mut keys = rules(rule).iter().map(|key| key.as_str().unwrap());
                    keys.all(|key| object.contains_key(key))
                }),
                _ => fits_alone(keyword, rule, value),
            };
            if !is_right {
                found.push(format!("{at}: {value} against {keyword}"));
            }
        }
        self.check_properties(schema, value, at, found);
    }

    fn check_properties(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (key, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{key}");
            match (
                schema["properties"].get(key),
                schema.get("additionalProperties"),
            ) {
                (None, None) => {}
                (None, Some(Value::Bool(false))) => found.push(format!("{at}: an unknown key")),
                (Some(rule), _) | (None, Some(rule)) => self.check(rule, value, &at, found),
            }
        }
    }
}

/// The keywords that need nothing but the value.
fn fits_alone(keyword: &str, rule: &Value, value: &Value) -> bool {
    let within = |fits: fn(i128, i128) -> bool| {
        let number = value
            .as_i64()
            .map(i128::from)
            .or(value.as_u64().map(i128::from));
        number.is_none_or(|number| fits(number, i128::from(rule.as_i64().unwrap())))
    };
    match keyword {
        "const" => value == rule,
        "enum" => rules(rule).contains(value),
        "type" => match rule.as_array() {
            Some(types) => types.iter().any(|name| is_of(value, name)),
            None => is_of(value, rule),
        },
        "pattern" => {
            let pattern = Regex::new(rule.as_str().unwrap()).unwrap();
            value.as_str().is_none_or(|text| pattern.is_match(text))
        }
        "minimum" => within(|number, least| number >= least),
        "maximum" => within(|number, most| number <= most),
        "maxItems" => {
            let length = value.as_array().map_or(0, Vec::len);
            u64::try_from(length).unwrap() <= rule.as_u64().unwrap()
        }
        "$schema" | "title" | "description" | "examples" | "definitions" | "format" => true,
        other => panic!("the keyword {other} is not checked"),
    }
}

fn rules(rule: &Value) -> &[Value] {
    rule.as_array().unwrap()
}

fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type {other} is unknown"),
    }
}

/// All keys and words that a schema names.
pub(crate) fn words(schema: &Value) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    collect(schema, &mut words);
    words
}

fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        words.extend(properties.keys().cloned());
                        properties
                            .values()
                            .for_each(|property| collect(property, words));
                    }
                    ("const", Value::String(word)) => {
                        words.insert(word.clone());
                    }
                    ("enum", Value::Array(choices)) => {
                        words.extend(choices.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => collect(value, words),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
